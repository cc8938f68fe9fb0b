"""A line's settings as plain values, for the audit trail."""

from typing import Any

from naisen.portal.lines.models import Line


def snapshot(line: Line) -> dict[str, Any]:
    """Field name → plain value, without its people."""
    return {
        "ring_timeout_s": line.ring_timeout_s,
        "no_answer": line.no_answer,
        "no_answer_number": line.no_answer_number,
        "no_answer_department": line.no_answer_department.name if line.no_answer_department else None,
    }
