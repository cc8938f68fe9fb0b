"""A department as plain values, for the audit trail and for «what changed»."""

from typing import Any

from naisen.portal.departments.models import Department


def snapshot(department: Department) -> dict[str, Any]:
    """Field name → plain value, without its people."""
    return {
        "name": department.name,
        "extension": department.number.digits,
        "multicast": department.multicast,
        "ring_timeout_s": department.ring_timeout_s,
    }
