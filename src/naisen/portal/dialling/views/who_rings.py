"""「誰が鳴るか」: a call is asked about, and what would become of it stands there in words."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from naisen.portal.calls.directory import TenantDirectory
from naisen.portal.dialling.forms import CallForm
from naisen.portal.dialling.simulation import Stage, simulate_call, simulate_line_call
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.sign_in.access import tenant_to_read
from naisen.routing import LineCall


@require_safe
def who_rings(request: HttpRequest) -> HttpResponse:
    """The form, and below it the answer to what it says; a link keeps the question."""
    tenant = tenant_to_read(request)
    form = CallForm(request.GET if "side" in request.GET else None, tenant=tenant)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        at = form.at(timezone.now())
        directory = TenantDirectory(tenant, at=at, all_registered=form.all_registered())
        context |= {"stage": answer(form, directory), "at": at, "has_no_trunk": has_no_trunk(form)}
    template = "dialling/who_rings_parts.html" if is_partial(request) else "dialling/who_rings.html"
    return render(request, template, context)


def answer(form: CallForm, directory: TenantDirectory) -> Stage:
    """The first stage, with all that may follow."""
    if not form.is_outside():
        return simulate_call(directory, form.device_id(), form.cleaned_data["digits"])
    line = directory.line(form.cleaned_data["line"])
    # A line without a carrier gets no calls: asked about as if it had one, and the page says so.
    line = line if line.trunk_id else replace(line, trunk_id=0)
    return simulate_line_call(directory, LineCall(line, line.trunk_id or 0, form.cleaned_data["number"]))


def has_no_trunk(form: CallForm) -> bool:
    """Whether the call would come in on a line that no carrier is connected to."""
    return form.is_outside() and form.cleaned_data["line"].trunk_id is None
