"""R9: eight clerks change the same people while the portal, the worker and the database are killed.

The short form runs one seed; `pytest tests/chaos/test_clerks_and_kills.py --seeds 20` is the long one.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from naisen.runtime.testing.instance import RunningInstance
from tests.chaos.clerk import PATIENCE_S, Away, Clerk

CLERKS, OPERATIONS = 8, 64
SHARED, OWN, DEVICES, ROWS = 2, 2, 4, 20
PARTS = ("portal", "postgresql", "worker")
BETWEEN_S = 2.5
SETTLED_WITHIN_S = 60.0
LOGIN = "kmy-admin"

PREPARE = f"""
import json
from naisen.portal.devices.actions import issue_device
from naisen.portal.people.actions import PersonData, register_person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant
scope.set_scope(scope.EVERYTHING)
tenant, seed = Tenant.objects.get(domain="kmy.cplus01.jp"), SEED
def made(n):
    data = PersonData(name=f"対象{{seed}}-{{n}}", extension=str(2_000_000 + seed * 1000 + n))
    return register_person(by=None, tenant=tenant, data=data).pk
people = [made(n) for n in range({SHARED + CLERKS * OWN})]
server = LoginServer.objects.get()
devices = [issue_device(by=None, tenant=tenant, server=server, login=f"r9-{{seed}}-{{n}}").pk
           for n in range({DEVICES})]
print("MADE" + json.dumps([people, devices]))
"""
LOOK = """
import json
from django.db.models import Count
from naisen.portal.audit.models import Entry
from naisen.portal.csv_files.models import Import
from naisen.portal.devices.models import Device
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
scope.set_scope(scope.EVERYTHING)
people = {p.pk: p.memo for p in Person.objects.filter(pk__in=SHARED)}
imports = [(i.file_name, i.state, Person.objects.filter(name__startswith=i.file_name + "/").count())
           for i in Import.objects.filter(file_name__startswith="r9-SEED-")]
twice = Number.objects.values("tenant", "digits").annotate(n=Count("pk")).filter(n__gt=1).count()
orphans = Number.objects.filter(kind="person", person=None).count()
told = {}
for entry in Entry.objects.filter(object_type="device", object_id__in=DEVICES).order_by("sequence"):
    told[entry.object_id] = (entry.after or {}).get("person", told.get(entry.object_id))
devices = Device.objects.filter(pk__in=DEVICES).select_related("person__number")
ghosts = sum((str(d.person) if d.person else None) != told.get(d.pk) for d in devices)
print("SEEN" + json.dumps([people, imports, twice, orphans, ghosts]))
"""


@dataclass
class Counts:
    """What the clerks were told. `acknowledged` are the words that a saved form added, by person."""

    told: Counter[str] = field(default_factory=Counter)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)


def shell(running: RunningInstance, script: str, mark: str, **values: object) -> Any:
    """Run a script in the portal's shell; what it prints after `mark`. Waits for a database that comes back."""
    for name, value in values.items():
        script = script.replace(name, str(value))
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        done = running.run("manage", "shell", "-c", script)
        if mark in done.stdout:
            return json.loads(done.stdout.split(mark)[1])
        assert time.monotonic() < deadline, done.stderr
        time.sleep(0.5)


@dataclass
class Work:
    """One clerk's share. Everybody edits the shared people and devices; each has people of their own, too."""

    clerk: Clerk
    number: int
    seed: int
    shared: list[int]
    own: list[int]
    devices: list[int]
    counts: Counts

    def run(self, operations: int) -> None:
        """Do so many things, one after another; one that meets a dead portal is given up."""
        chance = random.Random(f"{self.seed}-{self.number}")
        todo = (self.edit, self.edit, self.bring_file, self.stop, self.delete, self.reassign)
        for turn in range(operations):
            action = chance.choice(todo)
            try:
                self.counts.told[f"{action.__name__}: {action(chance, turn)}"] += 1
            except Away:
                self.counts.told["away"] += 1
                self.await_portal()

    def await_portal(self) -> None:
        """A clerk waits until the page is there again, too."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(Away):
                self.clerk.get("/people/")
                return
            time.sleep(0.3)

    def edit(self, chance: random.Random, turn: int) -> str:
        """Add a word to what the memo says; a form that was overtaken is refused, and nothing is lost."""
        person, word = chance.choice(self.shared), f"{self.number}.{turn}"
        path = f"/people/{person}/"
        form = self.clerk.form(path, path)
        memo = f"{form['memo'][0].strip()} {word}"
        answer = self.clerk.post(path, {**form, "memo": [memo]})
        if answer.url.endswith(path):
            return "refused"
        self.counts.acknowledged.append((person, word))
        return "done"

    def bring_file(self, chance: random.Random, turn: int) -> str:
        """Import people; two clerks' files want the same extensions."""
        name, first = f"r9-{self.seed}-{self.number}-{turn}", 3_000_000 + self.seed * 1000
        first += chance.randrange(4) * 100
        rows = "".join(f"{name}/{n},{first + n}\r\n" for n in range(ROWS))
        self.clerk.get("/people/import/")
        seen = self.clerk.upload("/people/import/", name, f"ユーザ名,内線番号\r\n{rows}".encode())
        if "/imports/" not in seen.url:
            return "refused"
        self.clerk.post(f"{seen.url}confirm/", {})
        return "ordered"

    def stop(self, chance: random.Random, turn: int) -> str:
        """Stop one of their own."""
        self.clerk.get("/people/")
        self.clerk.post("/people/stop/", {"ids": [str(chance.choice(self.own))], "confirmed": ["yes"]})
        return "done"

    def delete(self, chance: random.Random, turn: int) -> str:
        """Delete one of their own, if it is stopped."""
        self.clerk.get("/people/stopped/")
        self.clerk.post("/people/delete/", {"ids": [str(chance.choice(self.own))], "confirmed": ["yes"]})
        return "done"

    def reassign(self, chance: random.Random, turn: int) -> str:
        """Give a device to one of the shared people."""
        path = f"/devices/{chance.choice(self.devices)}/person/"
        answer = self.clerk.send(path, path, {"person": [str(chance.choice(self.shared))]})
        return "refused" if answer.url.endswith(path) else "done"


def killer(running: RunningInstance, seed: int, stop: threading.Event) -> None:
    """Kill a part, wait, kill another."""
    chance = random.Random(seed)
    while not stop.wait(BETWEEN_S):
        with suppress(ProcessLookupError, StopIteration, ValueError, KeyError, TypeError):
            os.kill(running.part(chance.choice(PARTS))["pid"], signal.SIGKILL)


def work_and_kill(running: RunningInstance, seed: int) -> tuple[Counts, list[int], list[int]]:
    """Everybody works, the killer kills; returns what was told, and the shared people and devices."""
    password = next(x["password"] for x in running.credentials()["logins"] if x["login"] == LOGIN)
    people, devices = shell(running, PREPARE, "MADE", SEED=seed)
    counts, stop = Counts(), threading.Event()
    shares = []
    for number in range(CLERKS):
        clerk = Clerk(running.http)
        clerk.sign_in(LOGIN, password)
        own = people[SHARED + number * OWN :][:OWN]
        shares.append(Work(clerk, number, seed, people[:SHARED], own, devices, counts))
    with ThreadPoolExecutor(CLERKS + 1) as pool:
        killing = pool.submit(killer, running, seed, stop)
        working = [pool.submit(share.run, OPERATIONS // CLERKS) for share in shares]
        try:
            for one in working:
                one.result()
        finally:
            stop.set()
        killing.result()
    return counts, people[:SHARED], devices


def settled(running: RunningInstance, seed: int, shared: list[int], devices: list[int]) -> list[Any]:
    """What is stored once no file is being worked on any more."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        seen: list[Any] = shell(running, LOOK, "SEEN", SHARED=shared, DEVICES=devices, SEED=seed)
        if not [state for _name, state, _count in seen[1] if state in ("committing", "taking_back")]:
            return seen
        assert time.monotonic() < deadline, seen[1]
        time.sleep(1)


def test_nothing_is_half_done_or_lost(running: RunningInstance, seed: int) -> None:
    """R9, S1-57: files whole or not at all; no extension twice; no change lost; a device has one person."""
    counts, shared, devices = work_and_kill(running, seed)
    memos, imports, twice, orphans, ghosts = settled(running, seed, shared, devices)
    print(f"seed {seed}: {dict(counts.told)}, files: {Counter(state for _n, state, _c in imports)}")  # noqa: T201 - the report
    half = [row for row in imports if row[2] not in ((ROWS,) if row[1] == "committed" else (0,))]
    assert half == []
    assert (twice, orphans) == (0, 0)
    words = {int(person): memo.split() for person, memo in memos.items()}
    assert [(person, word) for person, word in counts.acknowledged if word not in words[person]] == []
    assert ghosts == 0
    assert sum(counts.told.values()) == OPERATIONS
    assert counts.told["edit: done"] > 0
    assert any(state == "committed" for _name, state, _count in imports)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each seed."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, 1 + metafunc.config.getoption("--seeds")))
