"""Long lists in pages that cost the same however far one goes: each page begins where another ended.

A place in the list is the value that it is sorted by and the row's id. There are no page numbers; there is a
first page, the next one, the one before, and the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict

ROWS = 50
LAST = "last"
DIGITS = 19


@dataclass(frozen=True)
class KeysetPage:
    """The rows of one page, and the places that its neighbours begin at ('' where there is none).

    `count`: how many rows the list has, so far as they were counted; None of a page that begins in its middle.
    """

    rows: Sequence[Any]
    before: str
    after: str
    query: str
    count: int | None = None

    @property
    def is_first(self) -> bool:
        """Whether nothing comes before it."""
        return not self.before


def keyset_page(
    found: QuerySet[Any, Any],
    sent: QueryDict,
    *,
    rows: QuerySet[Any, Any],
    column: str,
    descending: bool,
    size: int = ROWS,
    counted: int = 0,
) -> KeysetPage:
    """The page of `found` that the parameters `before` or `after` name; the first one where they name none.

    `found` has no order yet; `column` is never null. Two queries: of the keys of one row more than the page has,
    which an index may hold, and then of the page's rows, from `rows`. From an end of the list `counted` keys and one
    more are read, so that they count it, too.
    """
    others = sent.copy()
    places = {name: (others.pop(name, None) or [""])[-1] for name in ("before", "after")}
    backwards = bool(places["before"])
    place = None if places["before"] == LAST else _read(found, column, places["before"] or places["after"])
    if backwards and place is None and places["before"] != LAST:
        backwards = False
    falls = descending != backwards
    if place is not None:
        found = found.filter(_beyond(column, place, falls))
    sign = "-" if falls else ""
    most = size if place is not None else max(size, counted)
    found_keys = list(found.order_by(f"{sign}{column}", f"{sign}id").values_list("pk", flat=True)[: most + 1])
    more, keys = len(found_keys) > size, found_keys[:size]
    if backwards:
        keys.reverse()
    shown = _rows_of(rows, keys)
    has_before = more if backwards else place is not None
    has_after = place is not None if backwards else more
    return KeysetPage(
        rows=shown,
        before=_place(shown[0], column) if shown and has_before else "",
        after=_place(shown[-1], column) if shown and has_after else "",
        query=f"{others.urlencode()}&" if others else "",
        count=len(found_keys) if place is None else None,
    )


def _rows_of(rows: QuerySet[Any, Any], keys: Sequence[int]) -> list[Any]:
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
    return [by_key[key] for key in keys if key in by_key]


def _beyond(column: str, place: tuple[Any, int], falls: bool) -> Q:
    """What comes after a place; the first condition is the one that an index can begin at."""
    value, pk = place
    how = "lt" if falls else "gt"
    return Q(**{f"{column}__{how}e": value}) & (
        Q(**{f"{column}__{how}": value}) | Q(**{column: value, f"id__{how}": pk})
    )


def _place(row: Any, column: str) -> str:
    value = getattr(row, column)
    return f"{value.isoformat() if hasattr(value, 'isoformat') else value}~{row.pk}"


def _read(found: QuerySet[Any, Any], column: str, text: str) -> tuple[Any, int] | None:
    """A place as a page's address has it; None for anything else."""
    value, tilde, pk = text.rpartition("~")
    if not (tilde and pk.isascii() and pk.isdigit() and len(pk) < DIGITS):
        return None
    try:
        return found.model._meta.get_field(column).to_python(value), int(pk)
    except (ValidationError, ValueError, OverflowError):
        return None
