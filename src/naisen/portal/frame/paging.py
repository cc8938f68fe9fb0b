"""Lists in pages (S1-12)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

ROWS = 50
# So many rows before a page are read as they are, and a list with fewer rows from its front whatever the page.
LONG = 1_000
# No list has so many pages; the number of a page comes from an address.
FARTHEST = 1_000_000
# Every row that a query finds is looked at once, both to be counted and to be put in order.
AT_ONCE = f"""
WITH hits ({{names}}) AS MATERIALIZED ({{found}}),
     every (count, last) AS (SELECT count(*), greatest(count(*) - 1, 0) / {ROWS} * {ROWS} FROM hits)
SELECT count, ARRAY(
    SELECT key FROM hits ORDER BY {{order}} LIMIT {ROWS} OFFSET least(%s, (SELECT last FROM every))
) FROM every
"""  # noqa: S608 - a constant
Find = Callable[[int], tuple[int, list[int]]]
"""Given how many rows are before a page: how many there are, and the page's keys; of the last page beyond it."""


class Pages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of a query with a total order. Those of the second half are read from the end.

    PostgreSQL reads all the rows before a page, so the last of 2,000 pages would take the longest; and of
    those it reads only the keys, without what the list joins to each. Where
    finding rows is the work, as in a search, it is done once for both the count and the page: then `rows` is
    the list that a page's rows are read from, by key, with what only they need. `find` does it where something
    is quicker than asking `found`.
    """

    def __init__(
        self,
        found: QuerySet[Any, Any],
        *,
        rows: QuerySet[Any, Any] | None,
        wanted: str | None = None,
        find: Find | None = None,
    ) -> None:
        super().__init__(found, ROWS)
        self.found, self.rows = found, rows
        self.keys: dict[int, list[int]] = {}
        if rows is not None:
            wanted_page = int(wanted) if wanted and wanted.isascii() and wanted.isdecimal() else 1
            self._find(find or partial(counted_keys, found), max(min(wanted_page, FARTHEST), 1))

    def _find(self, find: Find, wanted: int) -> None:
        """Count the rows and read the keys of the page `wanted`; of the last one where it is beyond."""
        self.count, keys = find((wanted - 1) * ROWS)
        self.keys[min(wanted, self.num_pages)] = keys

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return self.found.count()

    def page(self, number: int | str) -> Page[Any]:
        """One page; a list where it was not simply the query's next rows."""
        number = self.validate_number(number)
        before = (number - 1) * self.per_page
        after = max(self.count - before - self.per_page, 0)
        if self.rows is not None and number in self.keys:
            shown = list(self.rows.filter(pk__in=self.keys[number]))
        elif before < LONG or self.count < LONG:
            return super().page(number)
        else:
            shown = self._deep(before, after)
        return Page(shown, number, self)

    def _deep(self, before: int, after: int) -> list[Any]:
        """The rows of a page far from the front: only keys are read of the rows before it, or after it."""
        keys = self.found.values_list("pk", flat=True)
        if before <= after:
            near = list(keys[before : before + self.per_page])
        else:
            near = list(keys.reverse()[after : self.count - before])[::-1]
        rows = {row.pk: row for row in self.found.filter(pk__in=near)}
        return [rows[pk] for pk in near if pk in rows]


def counted_keys(found: QuerySet[Any, Any], before: int) -> tuple[int, list[int]]:
    """How many rows `found` has, and the keys of a page of them, as `Find` says; in one query."""
    order = [str(column) for column in found.query.order_by or found.model._meta.ordering]
    columns = list(dict.fromkeys(["pk", *(column.removeprefix("-") for column in order)]))
    names = dict(zip(columns, ["key", *(f"column_{n}" for n in range(1, len(columns)))], strict=True))
    try:
        sql, values = found.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return 0, []
    by = [f"{names[column.removeprefix('-')]}{' DESC' * column.startswith('-')}" for column in order]
    statement = AT_ONCE.format(names=", ".join(names.values()), found=sql, order=", ".join(by))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, before])
        count, keys = cursor.fetchone()
    return count, keys


def page_context(
    request: HttpRequest,
    found: QuerySet[Any, Any],
    *,
    sent: QueryDict | None = None,
    counted: Callable[[], int] | None = None,
    rows: QuerySet[Any, Any] | None = None,
    find: Find | None = None,
) -> dict[str, Any]:
    """`page`, `page_numbers` and `query` for components/pager.html; a page out of range is the nearest.

    `sent` are the parameters, where they do not stand in the address. `counted` tells how many there
    are, where something quicker than counting the list's own rows does. `rows` is the same list, where every
    row must be looked at to find some: without the search, with what is counted for each row of a page; `find` finds
    them quicker than asking `found`.
    """
    parameters = request.GET if sent is None else sent
    paginator = Pages(found, rows=rows, wanted=parameters.get("page"), find=find)
    if counted is not None and rows is None:
        paginator.count = counted()
    page = paginator.get_page(parameters.get("page"))
    others = parameters.copy()
    others.pop("page", None)
    return {
        "page": page,
        "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query": f"{others.urlencode()}&" if others else "",
    }
