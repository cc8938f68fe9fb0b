"""A person as plain values, for the audit trail and for «what changed»."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from naisen.portal.devices.models import Device
from naisen.portal.people.forwarding import Forwarding
from naisen.portal.people.links import links_of
from naisen.portal.people.models import Person


def snapshot(person: Person) -> dict[str, Any]:
    """Field name → plain value; lists are sorted names. Never the PIN."""
    return plain_values(
        name=person.name,
        kana=person.kana,
        extension=person.number.digits,
        default_line=person.default_line,
        ring_timeout_s=person.ring_timeout_s,
        memo=person.memo,
        forwarding=Forwarding.of(person),
        departments=person.departments.values_list("name", flat=True),
        pickup_departments=person.pickup_departments.values_list("name", flat=True),
        inbound_lines=person.inbound_lines.all(),
        outbound_lines=person.outbound_lines.all(),
        devices=person.devices.values_list("login", flat=True),
    )


def snapshots(people: Iterable[Person]) -> dict[int, dict[str, Any]]:
    """Person id → snapshot, in six queries however many people; their `number` is loaded."""
    chosen = list(people)
    links, logins = links_of(chosen), defaultdict(list)
    found = Device.objects.filter(person__pk__any_of=[person.pk for person in chosen])
    for pk, login in found.values_list("person_id", "login"):
        logins[pk].append(login)
    return {
        person.pk: plain_values(
            name=person.name,
            kana=person.kana,
            extension=person.number.digits,
            ring_timeout_s=person.ring_timeout_s,
            memo=person.memo,
            forwarding=Forwarding.of(person),
            devices=logins[person.pk],
            **links[person.pk],
        )
        for person in chosen
    }


def plain_values(
    *,
    name: str,
    kana: str,
    extension: str,
    default_line: object,
    ring_timeout_s: int,
    memo: str,
    departments: Iterable[object],
    pickup_departments: Iterable[object],
    inbound_lines: Iterable[object],
    outbound_lines: Iterable[object],
    devices: Iterable[object],
    forwarding: Forwarding | None = None,
) -> dict[str, Any]:
    """The shape of a snapshot; lines and departments are given by what they are called.

    A file says nothing of forwarding (`forwarding` None): whom it makes has none, and nobody's changes.
    """
    return (forwarding or Forwarding()).columns() | {
        "name": name,
        "kana": kana,
        "extension": extension,
        "default_line": str(default_line) if default_line else None,
        "ring_timeout_s": ring_timeout_s,
        "memo": memo,
        "departments": sorted(map(str, departments)),
        "pickup_departments": sorted(map(str, pickup_departments)),
        "inbound_lines": sorted(map(str, inbound_lines)),
        "outbound_lines": sorted(map(str, outbound_lines)),
        "devices": sorted(map(str, devices)),
    }
