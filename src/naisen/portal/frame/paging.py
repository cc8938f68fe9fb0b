"""Lists in pages (S1-12)."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

ROWS = 50
# So many rows before a page are read as they are, and a list with fewer rows from its front whatever the page.
LONG = 1_000
# So many keys of a search's rows are read at once; of more than that, only a page's rows.
MANY = 20_000


class Pages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of a query with a total order. Those of the second half are read from the end.

    PostgreSQL reads all the rows before a page, so the last of 2,000 pages would take the longest; and of
    those it reads only the keys, without what the list joins to each. Where
    finding rows is the work, as in a search, it is done once for both the count and the page: then `rows` is
    the list that a page's rows are read from, by key, with what only they need.
    """

    keys: list[int] | None

    def __init__(self, found: QuerySet[Any, Any], *, rows: QuerySet[Any, Any] | None) -> None:
        super().__init__(found, ROWS)
        self.found, self.rows, self.keys = found, rows, None
        if rows is not None:
            keys = list(found.values_list("pk", flat=True)[: MANY + 1])
            self.keys = keys if len(keys) <= MANY else None

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return self.found.count() if self.keys is None else len(self.keys)

    def page(self, number: int | str) -> Page[Any]:
        """One page; a list where it was not simply the query's next rows."""
        number = self.validate_number(number)
        before = (number - 1) * self.per_page
        after = max(self.count - before - self.per_page, 0)
        if self.keys is not None and self.rows is not None:
            shown = list(self.rows.filter(pk__in=self.keys[before : before + self.per_page]))
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


def page_context(
    request: HttpRequest,
    found: QuerySet[Any, Any],
    *,
    sent: QueryDict | None = None,
    counted: QuerySet[Any, Any] | None = None,
    rows: QuerySet[Any, Any] | None = None,
) -> dict[str, Any]:
    """`page`, `page_numbers` and `query` for components/pager.html; a page out of range is the nearest.

    `sent` are the parameters, where they do not stand in the address. `counted` are the same rows, where
    counting them is quicker without the order. `rows` is the same list, where every
    row must be looked at to find some: without the search, with what is counted for each row of a page.
    """
    parameters = request.GET if sent is None else sent
    paginator = Pages(found, rows=rows)
    if counted is not None and paginator.keys is None:
        paginator.count = counted.count()
    page = paginator.get_page(parameters.get("page"))
    others = parameters.copy()
    others.pop("page", None)
    return {
        "page": page,
        "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query": f"{others.urlencode()}&" if others else "",
    }
