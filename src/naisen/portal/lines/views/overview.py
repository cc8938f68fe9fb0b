"""回線情報一覧 (S1-120)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.lines import queries
from naisen.portal.lines.forms import LineSearch
from naisen.portal.sign_in.access import may_change, tenant_to_read


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    tenant = tenant_to_read(request)
    search = LineSearch(request.GET)
    sort = request.GET.get("sort", "")
    found = queries.search(queries.lines(tenant), **search.criteria())
    counted = queries.with_counts(queries.lines(tenant))
    context = page_context(request, queries.in_order(found, sort), rows=queries.in_order(counted, sort))
    context |= {"search": search, "sort": sort, "may_change": may_change(request)}
    return render(request, "lines/results.html" if is_partial(request) else "lines/list.html", context)
