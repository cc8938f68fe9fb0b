"""Choosing the tenant's common line (S1-94)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.lines import queries
from naisen.portal.lines.default_actions import make_common
from naisen.portal.lines.default_effects import common_effects
from naisen.portal.lines.models import Line
from naisen.portal.people.words import names_of
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant


@require_POST
def line_make_common(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, saying whose calls show another number, then do it."""
    tenant = tenant_to_change(request)
    line = queries.line_or_404(tenant, pk)
    if tenant.common_line_id == line.pk:
        messages.success(request, _("「%(line)s」はすでに共通初期回線です") % {"line": line})
        return go(request, "lines")
    if not is_confirmed(request):
        return ask(request, confirmation(tenant, line))
    seen = request.POST.get("instead_of", "")
    instead_of = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None
    try:
        make_common(by=login_of(request), tenant=tenant, line=line, instead_of=instead_of)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("共通初期回線を「%(line)s」にしました") % {"line": line})
    return go(request, "lines")


def confirmation(tenant: Tenant, line: Line) -> Confirmation:
    """Says whose calls show another number, and for whom the line is new."""
    return Confirmation(
        question=_("「%(line)s」を共通初期回線にします、よろしいですか") % {"line": line},
        effects=effects_of(tenant, line),
        lines=[
            _("ユーザ固有初期回線を設定しているユーザの発信は変わりません。着信も変わりません。"),
            *(
                [_("いまの共通初期回線は「%(line)s」です。") % {"line": tenant.common_line}]
                if tenant.common_line
                else []
            ),
        ],
        verb=_("共通初期回線にする"),
        action=resolve_url("line_make_common", line.pk),
        back=resolve_url("lines"),
        fields=[("instead_of", str(tenant.common_line_id or ""))],
    )


def effects_of(tenant: Tenant, line: Line) -> list[Effect]:
    """What changes for the people who have no line of their own."""
    effects = common_effects(tenant, line)
    rows = [
        (
            _("発信するときに相手に表示される番号が %(number)s に変わるユーザ") % {"number": line.number},
            names_of(effects.moving),
        ),
        (_("この回線が発信回線に加わるユーザ"), names_of(effects.granted)),
        (_("回線を選ばずに発信できるようになるユーザ"), names_of(effects.starting)),
        (_("この回線の発信に選ばれていないため、発信できないままのユーザ"), names_of(effects.silent)),
    ]
    return [Effect(text, names) for text, names in rows if names] or [
        Effect(_("発信が変わるユーザはいません。"))
    ]
