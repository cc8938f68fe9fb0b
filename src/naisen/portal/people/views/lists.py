"""ユーザ一覧 (S1-20) and 停止ユーザ一覧 (S1-61)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.people import queries
from naisen.portal.people.forms import PeopleSearch
from naisen.portal.sign_in.access import may_change, tenant_to_read


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people whose phones work."""
    return show(request, stopped=False)


@require_safe
def stopped_people(request: HttpRequest) -> HttpResponse:
    """The people who are stopped."""
    return show(request, stopped=True)


def show(request: HttpRequest, *, stopped: bool) -> HttpResponse:
    """One of the two lists; htmx gets the results alone."""
    tenant = tenant_to_read(request)
    search = PeopleSearch(request.GET, tenant=tenant)
    sort = request.GET.get("sort", "")
    criteria = search.criteria()
    everybody = queries.people(tenant, stopped=stopped)
    found = (
        queries.hits(tenant, stopped=stopped, **criteria)
        if criteria["words"].split()
        else queries.search(everybody, tenant=tenant, **criteria)
    )
    context = page_context(
        request,
        queries.in_order(found, sort),
        counted=found.count,
        rows=queries.in_order(everybody, sort) if criteria["words"].split() else None,
    )
    context |= {
        "search": search,
        "sort": sort,
        "stopped": stopped,
        "route": "stopped_people" if stopped else "people",
        "may_change": may_change(request),
    }
    return render(request, "people/results.html" if is_partial(request) else "people/list.html", context)
