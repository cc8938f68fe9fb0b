"""変更履歴: who changed what and when, from what to what."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.audit import queries
from naisen.portal.audit.changes import changes
from naisen.portal.audit.export import csv_of
from naisen.portal.audit.forms import HistorySearch
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.sign_in.access import tenant_to_read

# What a spreadsheet can hold (Excel: 1,048,576 rows).
MOST_ROWS = 1_000_000
AT_ONCE = 2_000


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    tenant = tenant_to_read(request)
    search = HistorySearch(request.GET, tenant=tenant)
    criteria = search.criteria()
    every = queries.entries(tenant)
    found = queries.search(every, **criteria)
    is_all = all(value in ("", None) for value in criteria.values())
    context = page_context(
        request,
        found,
        counted=partial(queries.count_of_all, tenant) if is_all else None,
        rows=every if criteria["words"] else None,
    )
    context |= {"search": search, "changes": changes(tenant, context["page"])}
    return render(request, "audit/results.html" if is_partial(request) else "audit/history.html", context)


@require_safe
def history_csv(request: HttpRequest) -> HttpResponse:
    """All that the search finds, not the page alone."""
    tenant = tenant_to_read(request)
    search = HistorySearch(request.GET, tenant=tenant)
    found = queries.search(queries.entries(tenant), **search.criteria())[:MOST_ROWS]
    content = csv_of(changes(tenant, found.iterator(AT_ONCE)), tenant.time_zone)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = _("変更履歴-%(day)s.csv") % {"day": f"{timezone.localdate():%Y%m%d}"}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
