"""Everything that the rows of one file are checked against, read in one set of queries.

A query per row would take 7–40 s for 10,000 rows; these are about ten, whatever the file's length.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from naisen.portal.csv_files.stamps import stamp
from naisen.portal.departments.models import Department, Membership, PickupRight
from naisen.portal.departments.queries import departments
from naisen.portal.devices.models import Device
from naisen.portal.devices.queries import assignable
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.lines.queries import lines
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

Values = dict[str, Any]
LINKS: tuple[tuple[str, type[Model], str], ...] = (
    ("departments", Membership, "department_id"),
    ("pickup_departments", PickupRight, "department_id"),
    ("inbound_lines", LineRecipient, "line_id"),
    ("outbound_lines", LineCaller, "line_id"),
)
COLUMNS = ("name", "kana", "pin_hash", "default_line_id", "ring_timeout_s", "memo", "number__digits")


@dataclass(slots=True)
class Known:
    """A person as stored. `values` has one value for each of stamps.FIELDS, links as ascending ids."""

    pk: int
    number_id: int
    stopped: bool
    values: Values
    devices: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The person's name."""
        return str(self.values["name"])

    @property
    def extension(self) -> str:
        """The person's present extension."""
        return str(self.values["extension"])

    @property
    def stamp(self) -> str:
        """What the person looks like now."""
        return stamp(self.values)


@dataclass(slots=True)
class Owner:
    """Who has a number: a person (with id), a department or a service."""

    name: str
    person_id: int | None


@dataclass(slots=True)
class Shelf:
    """The tenant's departments and lines, by what a file calls them and by id."""

    departments: list[Department]
    lines: list[Line]
    department_by_digits: dict[str, Department] = field(init=False)
    line_by_serial: dict[int, Line] = field(init=False)
    department_by_id: dict[int, Department] = field(init=False)
    line_by_id: dict[int, Line] = field(init=False)

    def __post_init__(self) -> None:
        self.department_by_digits = {row.number.digits: row for row in self.departments}
        self.line_by_serial = {row.serial: row for row in self.lines}
        self.department_by_id = {row.pk: row for row in self.departments}
        self.line_by_id = {row.pk: row for row in self.lines}


def shelf_of(tenant: Tenant) -> Shelf:
    """Two queries."""
    return Shelf(list(departments(tenant)), list(lines(tenant)))


def people_by_extension(tenant: Tenant, digits: Collection[str]) -> dict[str, Known]:
    """The tenant's people who have these extensions."""
    found = Person.objects.filter(tenant=tenant, number__digits__any_of=list(digits))
    return {known.extension: known for known in _known(tenant, found.values_list("pk", flat=True))}


def people_by_id(tenant: Tenant, ids: Iterable[int]) -> dict[int, Known]:
    """The tenant's people who have these ids."""
    return {known.pk: known for known in _known(tenant, list(ids))}


def everybody(tenant: Tenant) -> list[Known]:
    """All people of the tenant, by extension."""
    ids = Person.objects.filter(tenant=tenant).values_list("pk", flat=True)
    return sorted(_known(tenant, ids), key=lambda known: known.extension)


def owners(tenant: Tenant, digits: Collection[str]) -> dict[str, Owner]:
    """Who has which of these numbers."""
    rows = Number.objects.filter(tenant=tenant, digits__any_of=list(digits)).values_list(
        "digits", "person__pk", "person__name", "department__name"
    )
    return {number: Owner(person or department or "", pk) for number, pk, person, department in rows}


def extensions_like(tenant: Tenant, digits: Collection[str]) -> dict[str, str]:
    """Number without the zeros at its front → the whole number, for those of `digits` that lost theirs."""
    if not digits:
        return {}
    rows = Number.objects.filter(tenant=tenant, kind=Number.Kind.PERSON, digits__startswith="0")
    wanted = set(digits)
    return {
        number.lstrip("0"): number
        for number in rows.values_list("digits", flat=True)
        if number.lstrip("0") in wanted
    }


def free_devices(tenant: Tenant, limit: int) -> list[int]:
    """The ids of the first 未使用 devices in ascending ID order, at most `limit` (S1-52)."""
    free = assignable(tenant, None).filter(cancels_on__isnull=True)
    return list(free.values_list("pk", flat=True)[:limit])


def _known(tenant: Tenant, ids: Any) -> list[Known]:
    people = [
        _person(row)
        for row in Person.objects.filter(tenant=tenant, pk__any_of=list(ids)).values_list(
            "pk", "number_id", "stopped_at", *COLUMNS
        )
    ]
    by_id = {known.pk: known for known in people}
    for name, model, column in LINKS:
        for person_id, linked in _links(tenant, model, column, by_id):
            by_id[person_id].values[name] += (linked,)
    for person_id, pk in _links(tenant, Device, "pk", by_id):
        by_id[person_id].devices.append(pk)
    return people


# Above this many ids it is quicker to read all of the tenant's rows and to drop those of others.
MANY = 2000


def _links(
    tenant: Tenant, model: type[Model], column: str, by_id: Mapping[int, Known]
) -> Sequence[tuple[int, int]]:
    found = model._default_manager.filter(tenant=tenant, person__isnull=False)
    if len(by_id) <= MANY:
        found = found.filter(person__pk__any_of=list(by_id))
    pairs = found.order_by(column).values_list("person_id", column)
    return [pair for pair in pairs if pair[0] in by_id]


def _person(row: tuple[Any, ...]) -> Known:
    pk, number_id, stopped_at, name, kana, pin_hash, default_line, timeout, memo, digits = row
    values: Values = {
        "name": name,
        "kana": kana,
        "extension": digits,
        "pin": pin_hash,
        "departments": (),
        "default_line": default_line,
        "pickup_departments": (),
        "inbound_lines": (),
        "outbound_lines": (),
        "ring_timeout_s": timeout,
        "memo": memo,
    }
    return Known(pk, number_id, stopped_at is not None, values)
