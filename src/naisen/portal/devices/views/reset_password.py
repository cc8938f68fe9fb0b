"""PWリセット (S1-110 … S1-113, D-05, D-10)."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from naisen.portal.devices import queries
from naisen.portal.devices.actions import next_reset_time, reset_password
from naisen.portal.devices.models import Device
from naisen.portal.devices.sheet_states import moment_of, usable_from
from naisen.portal.devices.views.assign import saved
from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
def device_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, saying from when the new password works, then do it."""
    tenant = tenant_to_change(request)
    device = queries.device_or_404(tenant, pk)
    version = request.POST.get("version", "")
    if request.method != "POST" or not is_confirmed(request) or not version.isdigit():
        return ask(request, question(tenant, device))
    try:
        credential = reset_password(by=login_of(request), device=device, version=int(version))
    except Refusal as refusal:
        return refused(request, refusal)
    return saved(request, tenant, device, done(tenant, credential.effective_at))


def question(tenant: Tenant, device: Device) -> Confirmation:
    """The words of D-05: what stops now, and what works from when."""
    return Confirmation(
        question=_("アカウント %(code)s のパスワードをリセットします、よろしいですか")
        % {"code": device.code},
        effects=sheets_afterwards(tenant),
        lines=lines(tenant),
        verb=_("リセットする"),
        action=resolve_url("device_reset_password", device.pk),
        back=resolve_url("devices"),
        target=f"#device-{device.pk}",
        danger=True,
        fields=[("version", str(device.version))],
    )


def sheets_afterwards(tenant: Tenant) -> list[Effect]:
    """What becomes of the old sheet, and of the new one (S1-111)."""
    now = timezone.now()
    new = usable_from(next_reset_time(tenant, now), now=now, zone=tenant.time_zone)
    return [
        Effect(_("いまの設定書"), _("もう使えません。登録中の端末は、すぐに切れます。")),
        Effect(_("新しい設定書"), _("%(when)s。出力はすぐにできます。") % {"when": new}),
    ]


def lines(tenant: Tenant) -> list[str]:
    """What cannot be undone, and from when the new password works."""
    return [
        _("いまのパスワードはすぐに使えなくなり、元には戻せません。"),
        when(tenant, next_reset_time(tenant, timezone.now())),
    ]


def when(tenant: Tenant, effective_at: datetime) -> str:
    """From when the new password works, by the tenant's rule."""
    if tenant.reset_hour is None:
        return _("新しいパスワードはすぐに使えます。")
    return _("新しいパスワードは %(time)s から使えます。それまで、この端末は使えません。") % {
        "time": moment_of(effective_at, tenant.time_zone)
    }


def done(tenant: Tenant, effective_at: datetime) -> str:
    """The success message."""
    return " ".join((_("パスワードをリセットしました。"), when(tenant, effective_at)))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Back to the list, which shows how things are now, with the reason."""
    messages.error(request, refusal.message)
    return go(request, "devices")
