"""A person as plain values, for the audit trail and for «what changed»."""

from typing import Any

from naisen.portal.people.models import Person


def snapshot(person: Person) -> dict[str, Any]:
    """Field name → plain value; lists are sorted names. Never the PIN."""
    return {
        "name": person.name,
        "kana": person.kana,
        "extension": person.number.digits,
        "default_line": str(person.default_line) if person.default_line else None,
        "ring_timeout_s": person.ring_timeout_s,
        "memo": person.memo,
        "departments": sorted(person.departments.values_list("name", flat=True)),
        "pickup_departments": sorted(person.pickup_departments.values_list("name", flat=True)),
        "inbound_lines": sorted(str(line) for line in person.inbound_lines.all()),
        "outbound_lines": sorted(str(line) for line in person.outbound_lines.all()),
        "devices": sorted(person.devices.values_list("login", flat=True)),
    }
