"""The directory's answers about lines, in and out, and about pickup (C-05 to C-07)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from naisen.edge.directory import Directory
from naisen.routing import Line, Outgoing, OutLine, Rate, RingDevice
from naisen.routing.japan import ways_of_writing

LONGEST_PREFIX = 13
"""Of a rate (portal.calls.models.RATE_PREFIX)."""

_TERMS = (
    "SELECT o.line_id, o.code, o.number, o.trunk_id, o.number_format, o.max_calls, {default},"
    " m.allowed_countries, m.yen_per_day, m.spent_yen, r.name, r.unit_s, r.unit_yen"
    " FROM edge.{view} o JOIN edge.limits m ON m.tenant_id = o.tenant_id"
    " LEFT JOIN LATERAL (SELECT name, unit_s, unit_yen FROM edge.rate WHERE prefix = ANY(%s::varchar[])"
    " ORDER BY length(prefix) DESC LIMIT 1) r ON true WHERE {of} = %s ORDER BY o.code"
)
_OUTGOING = _TERMS.format(default="o.is_default", view="line_out", of="o.person_id")
_LINE_OUTGOING = _TERMS.format(default="true", view="line", of="o.line_id")
_EMERGENCY = (
    "SELECT line_id, code, number, trunk_id, number_format, max_calls FROM edge.line_emergency"
    " WHERE person_id = %s AND tenant_id = %s ORDER BY rank, line_id"
)
_PICKUP = "SELECT department_id FROM edge.pickup WHERE person_id = %s ORDER BY department_id"
_LINE = (
    "SELECT l.line_id, l.tenant_id, l.domain, l.code, l.name, l.trunk_id, l.timeout_s, l.max_calls, l.no_answer,"
    " coalesce(l.no_answer_department_number, l.no_answer_number), l.is_open, i.extension, d.device_id, d.login,"
    " d.person_id, d.do_not_disturb, d.max_calls"
    " FROM edge.line l LEFT JOIN edge.line_in i ON i.line_id = l.line_id LEFT JOIN LATERAL"
    " (SELECT * FROM edge.device WHERE person_id = i.person_id OFFSET 0) d ON d.may_register"
    " WHERE l.number = ANY(%s::varchar[]) ORDER BY i.extension, d.device_id"
)
_OF_LINE = 11
"""How many of its columns are the line's own."""


class LineLookups(Directory):
    """The directory with these look-ups; all of them raise DirectoryUnavailable, too."""

    def outgoing(self, person_id: int, number: str) -> Outgoing:
        """What holds when the person calls the number."""
        return _outgoing(self._rows(_OUTGOING, _prefixes(number), person_id))

    def line_outgoing(self, line_id: int, number: str) -> Outgoing:
        """What holds when the line itself forwards to the number."""
        return _outgoing(self._rows(_LINE_OUTGOING, _prefixes(number), line_id))

    def emergency_lines(self, tenant_id: int, person_id: int) -> tuple[OutLine, ...]:
        """Every line of the tenant that reaches a carrier, the best one first."""
        return tuple(OutLine(*row) for row in self._rows(_EMERGENCY, person_id, tenant_id))

    def pickup_departments(self, person_id: int) -> tuple[int, ...]:
        """The departments whose calls the person may pick up."""
        return tuple(int(row[0]) for row in self._rows(_PICKUP, person_id))

    def line_called(self, number: str) -> Line | None:
        """The line of this number (written Naisen's way) with whom it rings, in one look-up."""
        rows = self._rows(_LINE, _array(ways_of_writing(number)))
        return _line(number, rows) if rows else None


def _line(number: str, rows: list[tuple[Any, ...]]) -> Line:
    line_id, tenant_id, domain, code, name, trunk_id, timeout_s, max_calls, no_answer, digits, is_open = rows[
        0
    ][:_OF_LINE]
    return Line(
        line_id=line_id,
        tenant_id=tenant_id,
        domain=domain,
        code=code,
        number=number,
        name=name,
        trunk_id=trunk_id,
        timeout_s=timeout_s,
        max_calls=max_calls,
        no_answer=no_answer,
        no_answer_digits=digits,
        is_open=is_open,
        recipients=tuple(dict.fromkeys(row[_OF_LINE] for row in rows if row[_OF_LINE] is not None)),
        devices=tuple(RingDevice(*row[_OF_LINE + 1 :]) for row in rows if row[_OF_LINE + 1] is not None),
    )


def _outgoing(rows: list[tuple[Any, ...]]) -> Outgoing:
    if not rows:
        return Outgoing(())
    countries, yen_per_day, spent_yen, name, unit_s, unit_yen = rows[0][7:]
    return Outgoing(
        lines=tuple(OutLine(*row[:7]) for row in rows),
        allowed_countries=tuple(countries),
        yen_per_day=yen_per_day,
        spent_yen=spent_yen,
        rate=None if name is None else Rate(name, unit_s, _plain(unit_yen)),
    )


def _plain(yen: Decimal) -> str:
    """Without the zeros that the column's scale adds: 8.5, not 8.500."""
    return f"{yen.normalize():f}"


def _prefixes(number: str) -> str:
    return _array(number[:length] for length in range(1, LONGEST_PREFIX + 1))


def _array(texts: Iterable[str]) -> str:
    """Numbers (digits and +) as PostgreSQL writes an array."""
    return "{" + ",".join(texts) + "}"
