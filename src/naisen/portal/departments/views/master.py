"""所属マスタ: the form of a new department above, the list of all below (S1-80 … S1-85)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naisen.portal.departments import queries
from naisen.portal.departments.actions import register_department
from naisen.portal.departments.forms import DepartmentForm, DepartmentSearch
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read
from naisen.portal.tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
def departments(request: HttpRequest) -> HttpResponse:
    """The page, and storing a new department; htmx gets the results of a search alone."""
    if request.method != "POST":
        tenant = tenant_to_read(request)
        return show(request, tenant, DepartmentForm(tenant=tenant))
    tenant = tenant_to_change(request)
    searching = "find" in request.POST
    form = DepartmentForm(request.POST, tenant=tenant, searching=searching)
    if searching or not form.is_valid() or not stored(request, tenant, form):
        return show(request, tenant, form)
    messages.success(request, _("登録に成功しました"))
    return redirect("departments")


def stored(request: HttpRequest, tenant: Tenant, form: DepartmentForm) -> bool:
    """Carry out a valid form; what is refused stands at its field."""
    data, members = form.data_of_department(), form.difference("members").added
    try:
        register_department(by=login_of(request), tenant=tenant, data=data, members=members)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    return True


def show(request: HttpRequest, tenant: Tenant, form: DepartmentForm) -> HttpResponse:
    """The page with `form`, or the list alone."""
    search = DepartmentSearch(request.GET)
    sort = request.GET.get("sort", "")
    found = queries.search(queries.departments(tenant), **search.criteria())
    counted = queries.with_counts(queries.departments(tenant))
    context = page_context(request, queries.in_order(found, sort), rows=queries.in_order(counted, sort))
    context |= {"form": form, "search": search, "sort": sort, "may_change": may_change(request)}
    partial = is_partial(request) and request.method != "POST"
    return render(request, "departments/results.html" if partial else "departments/master.html", context)
