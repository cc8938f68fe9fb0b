"""The bulk writes of one import: people, numbers, links and devices, with the audit entries of each.

The same data, versions and entries as people.actions and devices.actions write one by one; a few
statements per thousand rows instead of thirty per row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from naisen.portal import bulk
from naisen.portal.audit.actions import Changed, Named, record_all
from naisen.portal.csv_files.models import ImportRow
from naisen.portal.csv_files.stored import LINKS, Known, Shelf, Values
from naisen.portal.csv_files.verify import Step
from naisen.portal.devices.models import Device, called_device
from naisen.portal.numbering.models import Number
from naisen.portal.numbering.serials import PEOPLE_LOCK, reserve_serials
from naisen.portal.people.models import Person, called
from naisen.portal.people.snapshot import plain_values
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

Report = Callable[[int], None]
ROWS_AT_ONCE = 1000

# Field of the person → column of its table.
SCALARS = {
    "name": "name",
    "kana": "kana",
    "pin": "pin_hash",
    "default_line": "default_line_id",
    "ring_timeout_s": "ring_timeout_s",
    "memo": "memo",
}
SCALAR_TYPES = {
    "name": "text",
    "kana": "text",
    "pin_hash": "text",
    "default_line_id": "bigint",
    "ring_timeout_s": "integer",
    "memo": "text",
}
NUMBERS = {"id": "bigint", "tenant_id": "bigint", "digits": "text", "kind": "text"}
PEOPLE = {
    "id": "bigint",
    "tenant_id": "bigint",
    "serial": "integer",
    "number_id": "bigint",
    "created_at": "timestamptz",
    "version": "integer",
    **SCALAR_TYPES,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A device that is logged in to somebody."""

    pk: int
    login: str
    server: str

    @property
    def named(self) -> Named:
        """For its audit entry."""
        return Named(Device, self.pk, called_device(self.login, self.server))


class Writer:
    """Writes steps that verify.obstacles has nothing against. Use inside one transaction."""

    def __init__(
        self, *, by: Login | None, tenant: Tenant, people: Mapping[int, Known], shelf: Shelf
    ) -> None:
        self._by, self._tenant, self._people, self._shelf = by, tenant, people, shelf

    def write(self, steps: Sequence[Step], *, report: Report) -> None:
        """Carry out all of them, a thousand at a time, and note in each row who it was about.

        Deletions come first: they free numbers and devices.
        """
        in_order = sorted(steps, key=lambda step: (step.new is not None, step.person_id is None))
        for start in range(0, len(in_order), ROWS_AT_ONCE):
            part = in_order[start : start + ROWS_AT_ONCE]
            self._delete([step for step in part if step.new is None])
            self._update([step for step in part if step.new is not None and step.person_id is not None])
            self._create([step for step in part if step.person_id is None])
            report(start + len(part))

    def _create(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        people = self._insert_people(steps)
        values = [dict(step.new or {}) for step in steps]
        self._add_links((person.pk, row) for person, row in zip(people, values, strict=True))
        devices = self._log_in(steps, people)
        self._audit(
            "register",
            [
                Changed(subject=person, after=self._plain(row, [device.login] if device else []))
                for person, row, device in zip(people, values, devices, strict=True)
            ],
        )
        given = [(device, person) for device, person in zip(devices, people, strict=True) if device]
        self._audit(
            "assign",
            [Changed(subject=d.named, before={"person": None}, after={"person": str(p)}) for d, p in given],
        )
        for step, person, row in zip(steps, people, values, strict=True):
            step.line.person_id = person.pk
            step.line.stamp = Known(person.pk, 0, False, _tuples(row)).stamp

    def _insert_people(self, steps: Sequence[Step]) -> list[Named]:
        values: list[Values] = [dict(step.new or {}) for step in steps]
        tenant = {"tenant_id": self._tenant.pk}
        number_ids = bulk.new_ids("numbering_number", len(values))
        ids = bulk.new_ids("people_person", len(values))
        serials = reserve_serials(
            "people_person", lock=PEOPLE_LOCK, tenant_id=self._tenant.pk, count=len(values)
        )
        bulk.insert(
            "numbering_number",
            NUMBERS,
            [
                {"id": pk, "digits": row["extension"], "kind": Number.Kind.PERSON, **tenant}
                for pk, row in zip(number_ids, values, strict=True)
            ],
        )
        common = {"created_at": timezone.now(), "version": 1, **tenant}
        bulk.insert(
            "people_person",
            PEOPLE,
            [
                {"id": pk, "serial": serial, "number_id": number, **common, **_columns(row)}
                for pk, serial, number, row in zip(ids, serials, number_ids, values, strict=True)
            ],
        )
        return [_subject(pk, row) for pk, row in zip(ids, values, strict=True)]

    def _log_in(self, steps: Sequence[Step], people: Sequence[Named]) -> list[Given | None]:
        pairs = {step.device: person.pk for step, person in zip(steps, people, strict=True) if step.device}
        found = Device.objects.filter(pk__any_of=list(pairs)).values_list("pk", "login", "server__name")
        devices = {pk: Given(pk, login, server) for pk, login, server in found}
        bulk.update(
            "devices_device",
            {"person_id": "bigint"},
            [{"id": pk, "person_id": person} for pk, person in pairs.items()],
            also="ever_assigned = true, version = t.version + 1",
        )
        return [devices.get(step.device or 0) for step in steps]

    def _update(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        known = [self._people[step.person_id or 0] for step in steps]
        before = [self._plain(row.values, []) for row in known]
        after = [{**row.values, **_tuples(step.new or {})} for row, step in zip(known, steps, strict=True)]
        self._update_people(known, after)
        self._relink(known, after)
        changes = []
        for step, row, was, values in zip(steps, known, before, after, strict=True):
            subject = _subject(row.pk, values)
            now = self._plain(values, [])
            if row.values["pin"] != values["pin"]:
                was, now = {**was, "pin": "•••"}, {**now, "pin": "••• →"}
            changes.append(Changed(subject=subject, before=was, after=now))
            row.values = values
            step.line.stamp = row.stamp
        self._audit("edit", changes)

    def _update_people(self, known: Sequence[Known], after: Sequence[Values]) -> None:
        pairs = list(zip(known, after, strict=True))
        bulk.update(
            "people_person",
            SCALAR_TYPES,
            [{"id": row.pk, **_columns(values)} for row, values in pairs],
            also="version = t.version + 1",
        )
        moved = [
            {"id": row.number_id, "digits": values["extension"]}
            for row, values in pairs
            if row.extension != values["extension"]
        ]
        bulk.update("numbering_number", {"digits": "text"}, moved)

    def _relink(self, known: Sequence[Known], after: Sequence[Values]) -> None:
        pairs = list(zip(known, after, strict=True))
        for field, model, column in LINKS:
            gone = [
                {"person_id": row.pk, column: linked}
                for row, values in pairs
                for linked in set(row.values[field]) - set(values[field])
            ]
            bulk.delete(model._meta.db_table, {"person_id": "bigint", column: "bigint"}, gone)
        self._add_links(
            (row.pk, {field: sorted(set(values[field]) - set(row.values[field])) for field, _m, _c in LINKS})
            for row, values in pairs
        )

    def _add_links(self, wanted: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        pairs = list(wanted)
        for field, model, column in LINKS:
            rows = [
                {"tenant_id": self._tenant.pk, "person_id": pk, column: linked}
                for pk, values in pairs
                for linked in values[field]
            ]
            types = {"tenant_id": "bigint", "person_id": "bigint", column: "bigint"}
            bulk.insert(model._meta.db_table, types, rows)

    def _delete(self, steps: Sequence[Step]) -> None:
        ids = [step.person_id for step in steps if step.person_id is not None]
        known = [self._people[pk] for pk in ids if pk in self._people]
        if not known:
            return
        logins = self._log_out(known)
        self._audit(
            "delete",
            [
                Changed(subject=_subject(row.pk, row.values), before=self._plain(row.values, logins[row.pk]))
                for row in known
            ],
        )
        people = [{"person_id": row.pk} for row in known]
        for _field, model, _column in LINKS:
            bulk.delete(model._meta.db_table, {"person_id": "bigint"}, people)
        bulk.delete("people_person", {"id": "bigint"}, [{"id": row.pk} for row in known])
        bulk.delete("numbering_number", {"id": "bigint"}, [{"id": row.number_id} for row in known])

    def _log_out(self, known: Sequence[Known]) -> dict[int, list[str]]:
        """Make the people's devices 未使用; returns whose logins they were."""
        logins: dict[int, list[str]] = {row.pk: [] for row in known}
        found = Device.objects.filter(person__pk__any_of=list(logins))
        changes = []
        for device in found.select_related("server", "person", "person__number"):
            logins[device.person_id or 0].append(device.login)
            changes.append(
                Changed(subject=device, before={"person": str(device.person)}, after={"person": None})
            )
        found.update(person=None, version=F("version") + 1)
        self._audit("unassign", changes)
        return logins

    def _plain(self, values: Mapping[str, Any], logins: Sequence[str]) -> dict[str, Any]:
        departments, lines = self._shelf.department_by_id, self._shelf.line_by_id
        line = values["default_line"]
        return plain_values(
            name=values["name"],
            kana=values["kana"],
            extension=values["extension"],
            default_line=lines[line] if line else None,
            ring_timeout_s=values["ring_timeout_s"],
            memo=values["memo"],
            departments=[departments[pk] for pk in values["departments"]],
            pickup_departments=[departments[pk] for pk in values["pickup_departments"]],
            inbound_lines=[lines[pk] for pk in values["inbound_lines"]],
            outbound_lines=[lines[pk] for pk in values["outbound_lines"]],
            devices=logins,
        )

    def _audit(self, action: str, changes: Sequence[Changed]) -> None:
        record_all(by=self._by, tenant=self._tenant, action=action, changes=changes)


def note_rows(lines: Sequence[ImportRow]) -> None:
    """Store whom each row was about and what the person looks like now."""
    bulk.update(
        "csv_files_importrow",
        {"person_id": "bigint", "stamp": "text"},
        [{"id": line.pk, "person_id": line.person_id, "stamp": line.stamp} for line in lines],
    )


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column: values[field] for field, column in SCALARS.items()}


def _subject(pk: int, values: Mapping[str, Any]) -> Named:
    """A person, for its audit entry."""
    return Named(Person, pk, called(values["name"], values["extension"]))


def _tuples(values: Mapping[str, Any]) -> Values:
    """Lists, as JSON gives them, as the tuples that stamps are made of."""
    return {field: tuple(value) if isinstance(value, list) else value for field, value in values.items()}
