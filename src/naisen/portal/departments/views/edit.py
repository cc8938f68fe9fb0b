"""所属編集 (S1-80 … S1-84)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naisen.portal.departments import queries
from naisen.portal.departments.actions import edit_department
from naisen.portal.departments.forms import DepartmentForm
from naisen.portal.departments.models import Department
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read
from naisen.portal.tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The department as stored, and storing the changes; a reader sees the form without its buttons."""
    tenant = tenant_to_read(request) if request.method != "POST" else tenant_to_change(request)
    department = queries.department_or_404(tenant, pk)
    if request.method != "POST":
        return show(request, department, DepartmentForm(tenant=tenant, department=department))
    searching = "find" in request.POST
    form = DepartmentForm(request.POST, tenant=tenant, department=department, searching=searching)
    if searching or not form.is_valid():
        return show(request, department, form)
    return save(request, tenant, department, form)


def save(request: HttpRequest, tenant: Tenant, department: Department, form: DepartmentForm) -> HttpResponse:
    """Carry out a valid form; a stale one comes back under the present version."""
    version, data = form.cleaned_data["version"], form.data_of_department()
    try:
        edit_department(
            by=login_of(request),
            department=department,
            version=version,
            data=data,
            members=form.difference("members"),
        )
    except StaleVersion as refusal:
        form = renewed(request, tenant, department)
        form.add_error(None, refusal.message)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
    else:
        messages.success(request, _("編集に成功しました"))
        return redirect("departments")
    return show(request, department, form)


def renewed(request: HttpRequest, tenant: Tenant, department: Department) -> DepartmentForm:
    """The same input under the present version."""
    data = request.POST.copy()
    data["version"] = str(department.version)
    return DepartmentForm(data, tenant=tenant, department=department)


def show(request: HttpRequest, department: Department, form: DepartmentForm) -> HttpResponse:
    """The page with `form`."""
    context = {"form": form, "department": department, "may_change": may_change(request)}
    return render(request, "departments/edit.html", context)
