"""Lists in pages (S1-12)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

ROWS = 50


def page_context(
    request: HttpRequest, found: QuerySet[Any, Any], *, sent: QueryDict | None = None
) -> dict[str, Any]:
    """`page`, `page_numbers` and `query` for components/pager.html; a page out of range is the nearest.

    `sent` are the parameters, where they do not stand in the address.
    """
    parameters = request.GET if sent is None else sent
    paginator = Paginator(found, ROWS)
    page = paginator.get_page(parameters.get("page"))
    others = parameters.copy()
    others.pop("page", None)
    return {
        "page": page,
        "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        "query": f"{others.urlencode()}&" if others else "",
    }
