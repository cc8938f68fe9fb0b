"""Deleting the ticked departments, after saying whom it affects (S1-85)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naisen.portal.departments import queries
from naisen.portal.departments.actions import delete_departments, refuse_needed
from naisen.portal.departments.models import Department
from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.people.choosing import ids_in
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant


@require_POST
def departments_delete(request: HttpRequest) -> HttpResponse:
    """選択した項目を削除する: ask once, then do it."""
    tenant = tenant_to_change(request)
    chosen = queries.chosen(tenant, ids_in(request.POST, "ids"))
    if not chosen:
        messages.error(request, _("所属が選ばれていません。一覧で選んでから、もう一度操作してください。"))
        return go(request, "departments")
    try:
        refuse_needed(tenant, chosen)
        if not is_confirmed(request):
            return ask(request, confirmation(tenant, chosen))
        count = delete_departments(by=login_of(request), tenant=tenant, departments=chosen)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(count)s件の所属を削除しました") % {"count": count})
    return go(request, "departments")


def confirmation(tenant: Tenant, chosen: list[Department]) -> Confirmation:
    """Names every department, who no longer rings there, and who can no longer pick up there."""
    ids = [department.pk for department in chosen]
    ringing, picking = queries.ringing(tenant, ids), queries.picking(tenant, ids)
    return Confirmation(
        question=_("選択した所属を削除します、よろしいですか"),
        effects=[
            Effect(
                f"{department.name}【{department.number.digits}】",
                effect(ringing.get(department.pk), picking.get(department.pk)),
            )
            for department in chosen
        ],
        lines=[
            _("所属共通内線番号は空き番号になり、発信しても鳴りません。元に戻せません。"),
            _("ユーザと、ユーザ自身の内線番号はそのまま残ります。"),
        ],
        verb=_("削除する"),
        action=resolve_url("departments_delete"),
        back=resolve_url("departments"),
        danger=True,
        fields=[("ids", str(pk)) for pk in ids],
    )


def effect(ringing: str | None, picking: str | None) -> str:
    """What deleting one department does to people, who are given in words."""
    sentences = []
    if ringing:
        sentences.append(_("この番号で鳴らなくなるユーザ: %(names)s。") % {"names": ringing})
    if picking:
        sentences.append(_("ピックアップできなくなるユーザ: %(names)s。") % {"names": picking})
    return " ".join(sentences) or _("影響を受けるユーザはいません。")
