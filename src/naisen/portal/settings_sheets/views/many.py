"""設定書PDF一覧 and the other three (S1-101): asked about, then at once or by the worker."""

import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from naisen.portal.devices import queries as device_queries
from naisen.portal.devices.choosing import Choice, chosen_devices
from naisen.portal.frame.confirmations import Confirmation, ask, go, is_confirmed, is_partial
from naisen.portal.refusals import Refusal
from naisen.portal.settings_sheets import outputs
from naisen.portal.settings_sheets.actions import hand_out_sheets, order_sheets, take_sheets
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.settings_sheets.queries import ordered_file_or_404
from naisen.portal.sign_in.access import login_of, tenant_to_change
from naisen.portal.tenants.models import Tenant

# So many take a second; more are made by the worker.
AT_ONCE = 300


@require_POST
def settings_sheets(request: HttpRequest) -> HttpResponse:
    """Say how many and of which devices, then hand the file out or have it made."""
    tenant = tenant_to_change(request)
    choice = chosen_devices(request.POST, tenant)
    output = request.POST.get("output", "")
    if output not in Output.values or not choice.ids:
        messages.error(request, _("出力するアカウントがありません。検索条件を変えてください。"))
        return go(request, "devices")
    if not is_confirmed(request):
        return ask(request, question(Output(output), choice, tenant))
    by, ids = login_of(request), choice.ids
    if len(ids) <= AT_ONCE:
        sheets = hand_out_sheets(by=by, tenant=tenant, device_ids=ids, output=Output(output))
        made = io.BytesIO()
        outputs.write(Output(output), sheets, made)
        return as_file(Output(output), made.getvalue())
    token = order_sheets(by=by, tenant=tenant, device_ids=ids, output=Output(output))
    return redirect("settings_sheets_ordered", token)


def question(output: Output, choice: Choice, tenant: Tenant) -> Confirmation:
    """How many, which of them, and what to take care of."""
    count = len(choice.ids)
    lines = [_("パスワードを含みます。渡す相手と保管場所にご注意ください。")]
    if choice.is_searched:
        total = device_queries.devices(tenant).count()
        lines.insert(
            0,
            _("検索結果の%(count)s件だけです。全%(total)s件を出力するには、検索の条件を解除してください。")
            % {"count": count, "total": total},
        )
    if count > AT_ONCE:
        lines.append(_("件数が多いため、作成に少し時間がかかります。進み具合を表示します。"))
    lines.append(_("だれが何件を出力したかは、変更履歴に残ります。"))
    return Confirmation(
        question=ngettext(
            "%(output)sとして%(count)s件を出力します、よろしいですか",
            "%(output)sとして%(count)s件を出力します、よろしいですか",
            count,
        )
        % {"output": output.label, "count": count},
        effects=choice.effects(),
        lines=lines,
        verb=_("出力する"),
        action=resolve_url("settings_sheets"),
        back=resolve_url("devices"),
        fields=[("output", output.value), *choice.fields],
        is_download=count <= AT_ONCE,
    )


@require_safe
def settings_sheets_ordered(request: HttpRequest, token: str) -> HttpResponse:
    """How far an ordered output is; htmx gets the progress alone, and asks again while it is made."""
    tenant = tenant_to_change(request)
    file = ordered_file_or_404(login_of(request), tenant, token)
    context = {
        "file": file,
        "stage": file.stage,
        "token": token,
        "label": Output(file.output).label,
        "percent": 100 * file.done // max(file.total, 1),
    }
    template = "progress" if is_partial(request) else "ordered"
    return render(request, f"settings_sheets/{template}.html", context)


@require_POST
def settings_sheets_download(request: HttpRequest, token: str) -> HttpResponse:
    """The finished file, once."""
    tenant = tenant_to_change(request)
    file = ordered_file_or_404(login_of(request), tenant, token)
    try:
        content = take_sheets(file=file)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("settings_sheets_ordered", token)
    return as_file(Output(file.output), content)


def as_file(output: Output, content: bytes) -> HttpResponse:
    """The answer that a browser saves; nothing on the way keeps a copy."""
    response = HttpResponse(content, content_type=output.content_type)
    response["Cache-Control"] = "no-store, private"
    response["Content-Disposition"] = content_disposition_header(True, output.file_name) or "attachment"
    return response
