"""kill -9 of each part in turn under 100 registrations a second: nothing acknowledged is lost (R4's short form)."""

import asyncio
import json
import os
import signal

import pytest

from naisen.runtime.testing.instance import RunningInstance
from tests.chaos.registering import Account, Counts, Registering

DEVICES = 150
PER_SECOND = 100
PARTS = ("edge", "rtpengine", "portal", "worker", "postgresql")
BETWEEN_S = 2.5

MAKE_DEVICES = f"""
import json
from naisen.portal.devices.actions import assign_device, issue_device
from naisen.portal.devices.queries import open_credential, password_of
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant
scope.set_scope(scope.EVERYTHING)
tenant = Tenant.objects.get(domain="kmy.cplus01.jp")
person = Person.objects.get(tenant=tenant, number__digits="3000")
made = []
for number in range({DEVICES}):
    device = issue_device(by=None, tenant=tenant, server=LoginServer.objects.get(), login=f"load{{number}}")
    assign_device(by=None, device=device, person=person, version=device.version)
    made.append([device.login, password_of(open_credential(device)), tenant.domain])
print("MADE" + json.dumps(made))
"""


@pytest.fixture
def accounts(running: RunningInstance) -> list[Account]:
    """Devices of the demo company, with their passwords."""
    done = running.run("manage", "shell", "-c", MAKE_DEVICES)
    assert done.returncode == 0, done.stderr
    return [Account(*row) for row in json.loads(done.stdout.split("MADE")[1])]


def stored_contacts(running: RunningInstance) -> dict[str, set[str]]:
    """Login → Contacts in the location table."""
    done = running.run(
        "manage",
        "shell",
        "-c",
        "import json\nfrom django.db import connection\nc = connection.cursor()\n"
        "c.execute('SELECT username, contact FROM edge.location')\nprint('ROWS' + json.dumps(c.fetchall()))",
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for login, contact in json.loads(done.stdout.split("ROWS")[1]):
        found.setdefault(login, set()).add(contact)
    return found


async def kill_in_turn(running: RunningInstance, accounts: list[Account]) -> Counts:
    host, port = running.sip.rsplit(":", 1)
    load, stop = Registering((host, int(port)), accounts), asyncio.Event()
    registering = asyncio.create_task(load.run(per_second=PER_SECOND, stop=stop))
    await asyncio.sleep(BETWEEN_S)
    for name in PARTS:
        os.kill(running.part(name)["pid"], signal.SIGKILL)
        await asyncio.sleep(BETWEEN_S)
    stop.set()
    await registering
    return load.counts


def test_nothing_acknowledged_is_lost(running: RunningInstance, accounts: list[Account]) -> None:
    counts = asyncio.run(kill_in_turn(running, accounts))
    assert counts.acknowledged > PER_SECOND * BETWEEN_S * len(PARTS) * 0.7
    # Trouble on our side is 503 or silence; nobody is told that a right password is wrong (rule 9).
    assert counts.refused == []
    stored = stored_contacts(running)
    lost = [
        account.login
        for account in accounts
        if account.acknowledged
        and not stored.get(account.login, set()) & {account.acknowledged, *account.asked_since}
    ]
    assert lost == []
    assert running.status()["ready"] is True
