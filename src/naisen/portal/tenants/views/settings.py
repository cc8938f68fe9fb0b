"""サークル設定: what holds for the whole tenant (D-01)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.refusals import StaleVersion
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read
from naisen.portal.tenants.actions import edit_tenant
from naisen.portal.tenants.effects import PhoneLoginEffects, phone_login_effects
from naisen.portal.tenants.forms import TenantForm
from naisen.portal.tenants.limits import limits_in_words
from naisen.portal.tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
def tenant_settings(request: HttpRequest) -> HttpResponse:
    """The settings as stored, asking before devices are let in or dropped, and storing."""
    if request.method != "POST":
        return show(request, tenant := tenant_to_read(request), form_of(request, tenant))
    tenant = tenant_to_change(request)
    form = TenantForm(request.POST, tenant=tenant, may_change=True)
    if not form.is_valid():
        return show(request, tenant, form)
    changes = form.settings() != form.seen_settings()
    if changes and not is_confirmed(request):
        return ask_first(request, tenant, form)
    return save(request, tenant, form)


def save(request: HttpRequest, tenant: Tenant, form: TenantForm) -> HttpResponse:
    """Carry out a valid form; a stale one gives way to what is stored now."""
    try:
        edit_tenant(by=login_of(request), tenant=tenant, seen=form.seen_settings(), settings=form.settings())
    except StaleVersion as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("編集に成功しました"))
    return go(request, "tenant_settings")


def ask_first(request: HttpRequest, tenant: Tenant, form: TenantForm) -> HttpResponse:
    """Says which devices will be let in, or dropped."""
    allows = form.settings().allows_phone_login
    effects = phone_login_effects(tenant)
    confirmation = Confirmation(
        question=_("端末操作でのログインを「%(choice)s」にします、よろしいですか")
        % {"choice": _("使用する") if allows else _("使用しない")},
        effects=let_in(effects) if allows else dropped(effects),
        lines=[
            _("ログインするまでは、発信も着信もできません。")
            if allows
            else _(
                "ユーザが使っている端末は、そのまま使えます。端末の操作でユーザを変えることはできなくなります。"
            )
        ],
        verb=_("保存"),
        action=resolve_url("tenant_settings"),
        back=resolve_url("tenant_settings"),
        danger=not allows,
        fields=[(name, form.data[name]) for name in form.fields],
    )
    response = ask(request, confirmation)
    response.headers["HX-Reselect"] = "dialog"
    return response


def let_in(effects: PhoneLoginEffects) -> list[Effect]:
    """What becomes of the 未使用 devices when they may connect."""
    if not effects.unused:
        return [Effect(_("いま未使用の端末はありません。"))]
    text = ngettext(
        "未使用の%(count)s台が接続できるようになり、「ログイン待ち」と表示されます。",
        "未使用の%(count)s台が接続できるようになり、「ログイン待ち」と表示されます。",
        effects.unused,
    )
    return [Effect(text % {"count": effects.unused}, effects.first)]


def dropped(effects: PhoneLoginEffects) -> list[Effect]:
    """What becomes of them when they may not any more."""
    if not effects.unused:
        return [Effect(_("いま未使用の端末はありません。"))]
    text = ngettext(
        "未使用の%(count)s台は接続できなくなります。",
        "未使用の%(count)s台は接続できなくなります。",
        effects.unused,
    )
    rows = [Effect(text % {"count": effects.unused}, effects.first)]
    if effects.connected:
        text = ngettext(
            "そのうちログイン待ちの%(count)s台は、すぐに切れます。",
            "そのうちログイン待ちの%(count)s台は、すぐに切れます。",
            effects.connected,
        )
        rows.append(Effect(text % {"count": effects.connected}))
    return rows


def form_of(request: HttpRequest, tenant: Tenant) -> TenantForm:
    """The form as stored; a reader sees it and cannot change it."""
    return TenantForm(tenant=tenant, may_change=may_change(request))


def show(request: HttpRequest, tenant: Tenant, form: TenantForm) -> HttpResponse:
    """The page with `form`."""
    context = {
        "form": form,
        "circle": tenant,
        "limits": limits_in_words(tenant),
        "may_change": may_change(request),
    }
    return render(request, "tenants/settings.html", context)
