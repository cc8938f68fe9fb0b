"""未使用にする and PWリセット for the ticked devices, after a confirmation (S1-10, S1-105, S1-110)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from naisen.portal.devices.actions import reset_passwords, unassign_devices
from naisen.portal.devices.choosing import named, ticked_devices
from naisen.portal.devices.models import Device
from naisen.portal.devices.views.reset_password import lines as reset_lines
from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is about to happen to `concerned`; the other ticked ones are named with the reason why not."""

    route: str
    question: str
    verb: str
    concerned: Sequence[Device]
    effects: Sequence[Effect]
    lines: Sequence[str]
    nothing: str


@require_POST
def devices_unassign(request: HttpRequest) -> HttpResponse:
    """選択した項目を未使用にする."""

    def act(versions: Mapping[int, int]) -> str:
        count = unassign_devices(by=login_of(request), tenant=tenant_to_change(request), versions=versions)
        return ngettext("%(count)s台を未使用にしました", "%(count)s台を未使用にしました", count) % {
            "count": count
        }

    return carry_out(request, unassigning, act)


@require_POST
def devices_reset_passwords(request: HttpRequest) -> HttpResponse:
    """選択した項目をPWリセットする."""

    def act(versions: Mapping[int, int]) -> str:
        made = reset_passwords(by=login_of(request), tenant=tenant_to_change(request), versions=versions)
        return ngettext(
            "%(count)s台のパスワードをリセットしました",
            "%(count)s台のパスワードをリセットしました",
            len(made),
        ) % {"count": len(made)}

    return carry_out(request, resetting, act)


def unassigning(tenant: Tenant, ticked: Sequence[Device]) -> Plan:
    """Who can use which device no longer."""
    return Plan(
        route="devices_unassign",
        question=_("選択したアカウントを未使用にします、よろしいですか"),
        verb=_("未使用にする"),
        concerned=[device for device in ticked if device.person],
        effects=[
            Effect(
                named(device),
                _("発信も着信もできなくなります。") if device.person else _("すでに未使用です。"),
            )
            for device in ticked
        ],
        lines=[
            _("通話中のものは切れません。"),
            _("あとで「編集」からユーザを選ぶと、また使えます。"),
        ],
        nothing=_("選択したアカウントは、すべて未使用です。"),
    )


def resetting(tenant: Tenant, ticked: Sequence[Device]) -> Plan:
    """Which sheets end; a device in use, or one that never was, has nothing to reset (D-10)."""
    return Plan(
        route="devices_reset_passwords",
        question=_("選択したアカウントのパスワードをリセットします、よろしいですか"),
        verb=_("リセットする"),
        concerned=[device for device in ticked if device.may_be_reset],
        effects=[Effect(named(device), reset_effect(device)) for device in ticked],
        lines=[*reset_lines(tenant), _("新しい設定書PDFはすぐに出力できます。")],
        nothing=_("PWリセットは、使用したことがあり、いまは未使用のアカウントだけでできます。"),
    )


def reset_effect(device: Device) -> str:
    """What happens to one device's sheet, or why nothing does."""
    if device.may_be_reset:
        return _("いまの設定書は、もう使えません。")
    if device.person:
        return _("使用中のため、リセットしません。")
    return _("まだ使用したことがないため、リセットしません。")


def carry_out(
    request: HttpRequest,
    plan_for: Callable[[Tenant, Sequence[Device]], Plan],
    act: Callable[[Mapping[int, int]], str],
) -> HttpResponse:
    """Ask once, then do it to exactly those that were asked about, as they were then."""
    tenant = tenant_to_change(request)
    versions = seen_versions(request.POST)
    if is_confirmed(request) and versions:
        try:
            messages.success(request, act(versions))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return go(request, "devices")
    plan = plan_for(tenant, ticked_devices(request.POST, tenant))
    if not plan.effects:
        messages.error(
            request, _("アカウントが選ばれていません。一覧で選んでから、もう一度操作してください。")
        )
        return go(request, "devices")
    if not plan.concerned:
        messages.error(request, plan.nothing)
        return go(request, "devices")
    return ask(request, confirmation(plan))


def confirmation(plan: Plan) -> Confirmation:
    """Names every ticked device, and says what will happen to it."""
    return Confirmation(
        question=plan.question,
        effects=plan.effects,
        lines=plan.lines,
        verb=plan.verb,
        action=resolve_url(plan.route),
        back=resolve_url("devices"),
        danger=True,
        fields=[("seen", f"{device.pk}:{device.version}") for device in plan.concerned],
    )


def seen_versions(sent: QueryDict) -> dict[int, int]:
    """Id → version of the devices as the confirmation showed them; what is no such pair is passed over."""
    pairs = (seen.partition(":") for seen in sent.getlist("seen"))
    return {
        int(pk): int(version)
        for pk, _colon, version in pairs
        if (pk + version).isascii()
        and pk.isdigit()
        and version.isdigit()
        and len(pk) < 19
        and len(version) < 10
    }
