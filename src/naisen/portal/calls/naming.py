"""How those are called whom call records name by id: two queries for a page, four for all that one call names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.routing_words import Names
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class Book:
    """Id → what it is called. Who has been deleted since stands in none of them."""

    people: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[int, str] = field(default_factory=dict)

    def device(self, pk: int | None) -> str:
        """「鈴木 (kmy00002)」; empty for none."""
        return self.devices.get(pk, _("削除された端末")) if pk else ""

    def person(self, pk: int | None) -> str:
        """「鈴木」; empty for none, and for one who is not there any more."""
        return self.people.get(pk, "") if pk else ""


def line_names(tenant: Tenant) -> list[tuple[int, str]]:
    """Id and 「名称【番号】」 of every line of the tenant (S1-13)."""
    found = Line.objects.filter(tenant=tenant).order_by("code").values_list("pk", "name", "number")
    return [(pk, f"{name}【{number}】") for pk, name, number in found]


def people_named(tenant: Tenant, ids: Iterable[int | None]) -> dict[int, str]:
    """Id → name, of those of these people who are there."""
    wanted = {pk for pk in ids if pk}
    return (
        dict(Person.objects.filter(tenant=tenant, pk__in=wanted).values_list("pk", "name")) if wanted else {}
    )


def devices_named(tenant: Tenant, ids: Iterable[int | None]) -> dict[int, str]:
    """Id → 「鈴木 (kmy00002)」, or the login alone where nobody uses it now."""
    wanted = {pk for pk in ids if pk}
    if not wanted:
        return {}
    found = Device.objects.filter(tenant=tenant, pk__in=wanted).values_list("pk", "login", "person__name")
    return {pk: f"{name} ({login})" if name else login for pk, login, name in found}


def book_of(tenant: Tenant, calls: Iterable[CallRecord], lines: Iterable[tuple[int, str]]) -> Book:
    """The names for a list of calls."""
    chosen = list(calls)
    return Book(
        people=people_named(tenant, (call.called_person_id for call in chosen)),
        devices=devices_named(tenant, (call.answered_device_id for call in chosen)),
        lines=dict(lines),
    )


def book_of_one(tenant: Tenant, named: Mapping[str, Iterable[int]], lines: Iterable[tuple[int, str]]) -> Book:
    """The names for one call; `named` as ladder.ids_in gives it."""
    return Book(
        people=people_named(tenant, named["people"]),
        devices=devices_named(tenant, named["devices"]),
        lines=dict(lines),
    )


def names_of(tenant: Tenant, named: Mapping[str, Iterable[Any]], book: Book) -> Names:
    """The names for the sentences of a call's ladder."""
    departments, logins = list(named["departments"]), list(named["logins"])
    by_login = Device.objects.filter(tenant=tenant, login__in=logins).values_list("login", "person__name")
    return Names(
        people=book.people,
        departments=dict(
            Department.objects.filter(tenant=tenant, pk__in=departments).values_list("pk", "name")
            if departments
            else ()
        ),
        devices={login: f"{name} ({login})" if name else login for login, name in by_login if logins},
    )
