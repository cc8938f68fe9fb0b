"""Logging a person in to a device, and out (S1-105); in the list's row, or on a page of its own."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naisen.portal.devices import queries
from naisen.portal.devices.actions import assign_device
from naisen.portal.devices.forms import AssignForm
from naisen.portal.devices.models import Device
from naisen.portal.devices.views.devices import rows_of
from naisen.portal.frame.confirmations import Confirmation, Effect, ask, is_confirmed, is_partial
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
def device_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the choice of people, ask before 未使用, and save."""
    tenant = tenant_to_change(request)
    device = queries.device_or_404(tenant, pk)
    if request.method != "POST":
        return show(request, tenant, device)
    form = AssignForm(request.POST, tenant=tenant, code=device.code)
    if not form.is_valid():
        return answer(request, device, form)
    return save(request, tenant, device, form)


def show(request: HttpRequest, tenant: Tenant, device: Device) -> HttpResponse:
    """The form, or with `cancel` the cell as it was."""
    if "cancel" in request.GET:
        return render(request, "devices/person.html", {"device": device, "may_change": True, "focus": True})
    return answer(request, device, fresh_form(tenant, device, device.person))


def fresh_form(tenant: Tenant, device: Device, person: Person | None) -> AssignForm:
    """An unsent form with the device's present version."""
    initial = {"person": person, "version": device.version}
    return AssignForm(tenant=tenant, code=device.code, initial=initial)


def save(request: HttpRequest, tenant: Tenant, device: Device, form: AssignForm) -> HttpResponse:
    """Carry out a valid form; a device that falls silent is asked about first."""
    person, version = form.cleaned_data["person"], form.cleaned_data["version"]
    if device.person and person is None and not is_confirmed(request):
        return ask(request, silence(device, version))
    try:
        assign_device(by=login_of(request), device=device, person=person, version=version)
    except Refusal as refusal:
        return refuse(request, tenant, device, refusal)
    return saved(request, tenant, device, _("編集に成功しました"))


def silence(device: Device, version: int) -> Confirmation:
    """What 未使用 means for this device."""
    name = device.person.name if device.person else ""
    return Confirmation(
        question=_("アカウント %(code)s を未使用にします、よろしいですか") % {"code": device.code},
        effects=[Effect(_("%(name)sさんは、この端末を使えなくなります。") % {"name": name})],
        lines=[
            _("この端末は発信も着信もできなくなります。通話中のものは切れません。"),
            _("あとで「編集」からユーザを選ぶと、また使えます。"),
        ],
        verb=_("保存"),
        action=resolve_url("device_assign", device.pk),
        back=resolve_url("devices"),
        target=f"#device-{device.pk}",
        danger=True,
        fields=[("person", ""), ("version", str(version))],
    )


def refuse(request: HttpRequest, tenant: Tenant, device: Device, refusal: Refusal) -> HttpResponse:
    """The form again with the choice kept, the present version, and why it was refused."""
    current = queries.device_or_404(tenant, device.pk)
    data = {"person": request.POST.get("person", ""), "version": current.version}
    form = AssignForm(data, tenant=tenant, code=device.code)
    form.add_error(refusal.field, refusal.message)
    return answer(request, current, form)


def answer(request: HttpRequest, device: Device, form: AssignForm) -> HttpResponse:
    """The form, in the row or on a page."""
    context = {"device": device, "form": form}
    if not is_partial(request):
        return render(request, "devices/assign.html", context)
    response = render(request, "devices/assign_inline.html", context)
    response.headers["HX-Retarget"] = f"#person-{device.pk}"
    response.headers["HX-Reswap"] = "innerHTML"
    if request.method == "POST":
        response.headers["HX-Trigger"] = "portal:done"
    return response


def saved(request: HttpRequest, tenant: Tenant, device: Device, message: str) -> HttpResponse:
    """The row as it is now and a short message; the list for a browser without scripts."""
    if not is_partial(request):
        messages.success(request, message)
        return redirect("devices")
    (row,) = rows_of(tenant, [queries.device_or_404(tenant, device.pk)])
    context = {"row": row, "may_change": True, "focus": True}
    response = render(request, "devices/row.html", context)
    response.headers["HX-Trigger"] = json.dumps({"toast": message, "portal:done": ""})
    return response
