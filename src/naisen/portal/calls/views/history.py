"""通話履歴 (S2-25, C-13): the list, its summary, and the same as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.calls import queries
from naisen.portal.calls.actions import note_download
from naisen.portal.calls.export import csv_pieces
from naisen.portal.calls.forms import CallSearch
from naisen.portal.calls.naming import book_of, line_names
from naisen.portal.calls.rows import rows_of
from naisen.portal.calls.summary import summary_of
from naisen.portal.calls.words import clock, yen
from naisen.portal.dashboard.chart import chart_of
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.keyset import keyset_page
from naisen.portal.frame.streaming import streamed_csv
from naisen.portal.sign_in.access import login_of, tenant_to_read


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    tenant = tenant_to_read(request)
    lines = line_names(tenant)
    search = CallSearch(request.GET, tenant=tenant, lines=lines)
    every = queries.calls(tenant)
    found = queries.search(every, tenant=tenant, **search.criteria())
    sort = request.GET.get("sort", queries.NEWEST)
    column = queries.SORTS.get(sort.removeprefix("-"), "started_at")
    page = keyset_page(
        found,
        request.GET,
        rows=every,
        column=column,
        descending=sort.startswith("-"),
        counted=queries.COUNTED,
    )
    count = page.count if page.count is not None else queries.count_of(found)
    context = {
        "search": search,
        "sort": sort,
        "page": page,
        "rows": rows_of(page.rows, book_of(tenant, page.rows, lines)),
        "count": min(count, queries.COUNTED),
        "is_more": count > queries.COUNTED,
    }
    return render(request, "calls/results.html" if is_partial(request) else "calls/calls.html", context)


@require_safe
def calls_summary(request: HttpRequest) -> HttpResponse:
    """All that the search finds, counted: asked for by the list once it is there."""
    tenant = tenant_to_read(request)
    search = CallSearch(request.GET, tenant=tenant, lines=line_names(tenant))
    found = queries.search(queries.calls(tenant), tenant=tenant, **search.criteria())
    summary = summary_of(tenant, found)
    context = {
        "search": search,
        "summary": summary,
        "chart": chart_of(summary.by_hour),
        "talked": clock(summary.talked),
        "mean": clock(summary.mean),
        "charged": yen(summary.charged),
    }
    name = "calls/summary.html" if is_partial(request) else "calls/summary_page.html"
    return render(request, name, context)


@require_safe
def calls_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All that the search finds, not the page alone; the audit trail says who took it."""
    tenant = tenant_to_read(request)
    search = CallSearch(request.GET, tenant=tenant, lines=line_names(tenant))
    found = queries.search(queries.calls(tenant), tenant=tenant, **search.criteria())
    note_download(by=login_of(request), tenant=tenant, count=found.count(), conditions=search.in_words())
    name = _("通話履歴-%(day)s.csv") % {"day": f"{timezone.localdate():%Y%m%d}"}
    return streamed_csv(request, csv_pieces(tenant, found), name)
