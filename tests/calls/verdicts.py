"""What the portal says of a device on the tests' own edge: its code runs beside, on the same database."""

import json
import subprocess
from typing import Any

from naisen.runtime import database
from tests.calls.edge_server import EdgeServer

SCRIPT = """
import json
from dataclasses import asdict
from naisen.portal.devices.queries import devices
from naisen.portal.registrations.queries import status_of
from naisen.portal.registrations.words import words_of
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant
scope.set_scope(scope.EVERYTHING)
tenant = Tenant.objects.get(domain="kmy.cplus01.jp")
found = {}
chosen = list(devices(tenant))
for pk, status in status_of(tenant, chosen).items():
    login = next(device.login for device in chosen if device.pk == pk)
    words = words_of(status.reason)
    found[login] = asdict(status.reason) | {"state": str(status.state), "next_step": str(words.next_step)}
print(json.dumps(found, default=str))
"""


def verdicts(edge: EdgeServer) -> dict[str, dict[str, Any]]:
    """Login → the verdict's code and evidence, its next step in words, and the state."""
    done = subprocess.run(
        database.manage_command("shell", "--no-imports", "--command", SCRIPT),
        env=edge.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found
