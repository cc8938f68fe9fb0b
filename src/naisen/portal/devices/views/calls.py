"""How many calls a device may have at once (同時通話数)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naisen.portal.devices import queries
from naisen.portal.devices.actions import limit_calls
from naisen.portal.devices.forms import CallsForm
from naisen.portal.devices.models import Device
from naisen.portal.refusals import StaleVersion
from naisen.portal.sign_in.access import login_of, tenant_to_change


@require_http_methods(["GET", "HEAD", "POST"])
def device_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """The number as stored, and storing another one."""
    tenant = tenant_to_change(request)
    device = queries.device_or_404(tenant, pk)
    form = CallsForm(request.POST or None, initial=stored(device))
    if request.method == "POST" and form.is_valid():
        try:
            limit_calls(by=login_of(request), device=device, **form.cleaned_data)
        except StaleVersion as refusal:
            form = CallsForm({**form.cleaned_data, "version": device.version})
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("編集に成功しました"))
            return redirect("device", pk)
    return render(request, "devices/calls.html", {"form": form, "device": device})


def stored(device: Device) -> dict[str, int]:
    """What the form shows at first."""
    return {"max_calls": device.max_calls, "version": device.version}
