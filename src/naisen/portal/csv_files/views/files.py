"""One file: its preview, 確定, 取消, progress, and この取り込みを取り消す (S1-54 … S1-57, S1-76)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naisen.portal.csv_files import actions, queries
from naisen.portal.csv_files.models import Import
from naisen.portal.csv_files.resume import resume
from naisen.portal.csv_files.views.start import SCREENS
from naisen.portal.csv_files.words import lines_of
from naisen.portal.frame.confirmations import Confirmation, ask, go, is_confirmed, is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """取り込み履歴."""
    tenant = tenant_to_read(request)
    return render(request, "csv_files/history.html", page_context(request, queries.imports(tenant)))


@require_safe
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, the progress, or what became of it."""
    tenant = tenant_to_read(request)
    file = queries.import_or_404(tenant, pk)
    show = request.GET.get("show", "")
    show = show if show in queries.SHOWS else "changes"
    context = page_context(request, queries.rows(file, show))
    context |= {
        "file": file,
        "screen": SCREENS[Import.Kind(file.kind)],
        "lines": lines_of(tenant, context["page"].object_list),
        "tabs": tabs(file),
        "show": show,
        "may_change": may_change(request),
    }
    return render(request, "csv_files/file.html", context)


def tabs(file: Import) -> list[tuple[str, str, int]]:
    """(key, label, count) of the filter tabs."""
    return [
        ("changes", _("変わる行とエラー"), file.changing + file.errors),
        ("errors", _("エラー"), file.errors),
        ("updates", _("変更"), file.updates),
        ("creates", _("新規"), file.creates),
        ("unchanged", _("変更なし"), file.unchanged),
    ]


@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is; when it has ended, the page loads anew. A dead worker's file is started again."""
    tenant = tenant_to_read(request)
    file = queries.import_or_404(tenant, pk)
    if file.is_working:
        resume(file)
        return render(request, "csv_files/progress.html", {"file": file})
    if is_partial(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("import_file", file.pk)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """確定."""
    file = queries.import_or_404(tenant_to_change(request), pk)
    try:
        actions.confirm(by=login_of(request), file=file, without_errors="without_errors" in request.POST)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("import_file", file.pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取消."""
    file = queries.import_or_404(tenant_to_change(request), pk)
    try:
        actions.cancel(file=file)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("import_file", file.pk)
    messages.success(request, _("取り消しました。何も変わっていません。"))
    return redirect(SCREENS[Import.Kind(file.kind)].route)


@require_POST
def import_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """この取り込みを取り消す, after a confirmation."""
    file = queries.import_or_404(tenant_to_change(request), pk)
    if not is_confirmed(request):
        return ask(request, confirmation(file))
    try:
        actions.take_back(by=login_of(request), file=file)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, resolve_url("import_file", file.pk))


def confirmation(file: Import) -> Confirmation:
    """What taking back does."""
    lines = []
    if file.creates:
        lines.append(
            _("登録した%(count)s人を削除します。内線番号は空き番号に、端末は未使用になります。")
            % {"count": file.creates}
        )
    if file.updates:
        lines.append(_("変更した%(count)s人を、取り込む前の内容に戻します。") % {"count": file.updates})
    lines.append(_("あとから変更された人がいるときは、何も変えずに、それがだれかをお知らせします。"))
    return Confirmation(
        question=_("「%(name)s」の取り込みを取り消します、よろしいですか") % {"name": file.file_name},
        lines=lines,
        verb=_("この取り込みを取り消す"),
        action=resolve_url("import_take_back", file.pk),
        back=resolve_url("import_file", file.pk),
        danger=True,
    )
