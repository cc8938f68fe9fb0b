"""ユーザ登録 → CSVインポート, and ユーザ一括編集: the template, and the place to drop a file (S1-50, S1-70)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from naisen.portal.csv_files.models import Import
from naisen.portal.csv_files.preview import preview
from naisen.portal.csv_files.reading.sheet import MAX_BYTES, MAX_ROWS, Unreadable
from naisen.portal.sign_in.access import login_of, tenant_to_change


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One of the two screens that take a file."""

    kind: Import.Kind
    title: str | Promise
    lead: str | Promise
    route: str
    template_route: str
    template_label: str | Promise


REGISTRATION = Screen(
    kind=Import.Kind.REGISTRATION,
    title=gettext_lazy("CSVインポート"),
    lead=gettext_lazy(
        "CSVかExcelのファイルから、複数のユーザをまとめて登録します。確定するまで何も変わりません。"
    ),
    route="person_import",
    template_route="person_import_template",
    template_label=gettext_lazy("CSVテンプレートをダウンロード"),
)
EDIT = Screen(
    kind=Import.Kind.EDIT,
    title=gettext_lazy("ユーザ一括編集"),
    lead=gettext_lazy(
        "内線番号を目印にして、複数のユーザをまとめて変更します。確定するまで何も変わりません。"
    ),
    route="bulk_edit",
    template_route="bulk_edit_template",
    template_label=gettext_lazy("CSVテンプレートをダウンロード"),
)
SCREENS = {screen.kind: screen for screen in (REGISTRATION, EDIT)}


@require_http_methods(["GET", "HEAD", "POST"])
def person_import(request: HttpRequest) -> HttpResponse:
    """A file of new people."""
    return start(request, REGISTRATION)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request: HttpRequest) -> HttpResponse:
    """A file of changes."""
    return start(request, EDIT)


@sensitive_variables("data")
def start(request: HttpRequest, screen: Screen) -> HttpResponse:
    """The page, or the file's preview, or why the file cannot be read."""
    tenant = tenant_to_change(request)
    error = ""
    if request.method == "POST":
        uploaded = request.FILES.get("file")
        if uploaded is None:
            error = _("ファイルが選ばれていません。ファイルを選んでから、もう一度読み込んでください。")
        else:
            # One byte more than is allowed is enough to see that it is too much.
            data = uploaded.read(MAX_BYTES + 1)
            try:
                file = preview(
                    by=login_of(request),
                    tenant=tenant,
                    kind=screen.kind,
                    name=uploaded.name or "",
                    data=data,
                )
            except Unreadable as refusal:
                error = refusal.message
            else:
                return redirect("import_file", file.pk)
    context = {"screen": screen, "error": error, "max_rows": MAX_ROWS, "max_megabytes": MAX_BYTES // 1024**2}
    return render(request, "csv_files/start.html", context)
