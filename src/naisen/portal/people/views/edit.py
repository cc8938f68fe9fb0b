"""ユーザ登録 and ユーザ編集 (S1-30 … S1-43)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from naisen.portal.audit.changes import Change, changes
from naisen.portal.audit.queries import recent_changes
from naisen.portal.devices.views.devices import Row
from naisen.portal.people import queries
from naisen.portal.people.actions import edit_person, register_person
from naisen.portal.people.forms import PersonForm
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.registrations.cells import cells_of
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read
from naisen.portal.tenants.models import Tenant


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def person_register(request: HttpRequest) -> HttpResponse:
    """The empty form, and storing what it says."""
    tenant = tenant_to_change(request)
    form = PersonForm(request.POST or None, tenant=tenant)
    if request.method == "POST" and form.is_valid():
        try:
            register_person(by=login_of(request), tenant=tenant, data=form.data_of_person())
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("登録に成功しました"))
            return redirect("people")
    return render(request, "people/register.html", {"form": form})


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The person as stored, and storing the changes; a reader sees the form without its buttons."""
    tenant = tenant_to_read(request) if request.method != "POST" else tenant_to_change(request)
    person = queries.person_or_404(tenant, pk)
    form = PersonForm(request.POST or None, tenant=tenant, person=person)
    missed: list[Change] = []
    if request.method == "POST" and form.is_valid():
        try:
            save(request, person, form)
        except StaleVersion as refusal:
            form, missed = renewed(tenant, person, form, refusal)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("編集に成功しました"))
            return redirect("stopped_people" if person.is_stopped else "people")
    return render(request, "people/edit.html", context_of(request, tenant, person, form, missed))


def save(request: HttpRequest, person: Person, form: PersonForm) -> None:
    """Carry out a valid form."""
    version = form.cleaned_data["version"]
    edit_person(by=login_of(request), person=person, version=version, data=form.data_of_person())


def renewed(
    tenant: Tenant, person: Person, form: PersonForm, refusal: StaleVersion
) -> tuple[PersonForm, list[Change]]:
    """The same input under the present version, and what others changed meanwhile."""
    behind = max(person.version - form.cleaned_data["version"], 1)
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(person.version)
    again = PersonForm(data, tenant=tenant, person=person)
    again.add_error(None, refusal.message)
    return again, changes(tenant, recent_changes(tenant, person, limit=behind))


def context_of(
    request: HttpRequest, tenant: Tenant, person: Person, form: PersonForm, missed: list[Change]
) -> dict[str, object]:
    """What the page of one person shows beside the form."""
    devices = list(person.devices.all())
    cells = cells_of(tenant, devices)
    return {
        "form": form,
        "person": person,
        "missed": missed,
        "rows": [Row(device, cells[device.pk]) for device in devices],
        "may_change": may_change(request),
    }
