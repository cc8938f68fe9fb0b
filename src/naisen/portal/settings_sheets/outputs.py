"""The four outputs of アカウント一覧 that hold many sheets (S1-101), and how each is made."""

from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.csv_files.downloads import CSV_TYPE, csv_bytes
from naisen.portal.settings_sheets.many import write_pdf
from naisen.portal.settings_sheets.qr import softphone_text
from naisen.portal.settings_sheets.sheet import Layout, Sheet
from naisen.portal.settings_sheets.words import sheet_words

PDF_TYPE = "application/pdf"


class Output(TextChoices):
    """What the clerk asks for; the mobile ones carry the code that an app scans."""

    PDF = "pdf", gettext_lazy("設定書PDF一覧")
    CSV = "csv", gettext_lazy("設定書CSV一覧")
    MOBILE_PDF = "mobile_pdf", gettext_lazy("モバイル(Call)PDF一覧")
    MOBILE_CSV = "mobile_csv", gettext_lazy("モバイル(Call)CSV一覧")

    @property
    def is_pdf(self) -> bool:
        """Whether it is for paper."""
        return self in (Output.PDF, Output.MOBILE_PDF)

    @property
    def is_mobile(self) -> bool:
        """Whether it is for an app."""
        return self in (Output.MOBILE_PDF, Output.MOBILE_CSV)

    @property
    def content_type(self) -> str:
        """As HTTP names it."""
        return PDF_TYPE if self.is_pdf else CSV_TYPE

    @property
    def file_name(self) -> str:
        """What the browser calls the file, in the language of the moment."""
        return f"{self.label}.{'pdf' if self.is_pdf else 'csv'}"


def write(
    output: Output,
    sheets: Iterable[Sheet],
    out: BinaryIO,
    *,
    report: Callable[[int], None] = lambda done: None,
) -> None:
    """Write the file of `sheets`, in the language of the moment; `report` hears how many are done."""
    if output.is_pdf:
        layout = Layout.MOBILE if output.is_mobile else Layout.ANY_PHONE
        write_pdf(sheets, sheet_words(), layout, out, report=report)
    else:
        columns = columns_of(output)
        rows = ([cell(sheet) for cell in columns.values()] for sheet in sheets)
        out.write(csv_bytes([list(columns), *rows]))


def columns_of(output: Output) -> Mapping[str, Callable[[Sheet], str]]:
    """Heading and cell of each column, in their order."""
    columns: dict[str, Callable[[Sheet], str]] = {
        _("ID"): lambda sheet: sheet.code,
        _("ユーザ名"): lambda sheet: sheet.person or _("未使用"),
        _("内線番号"): lambda sheet: sheet.extension or _("未使用"),
        _("アカウント(ユーザID)"): lambda sheet: sheet.login,
        _("パスワード"): lambda sheet: sheet.password,
        _("ドメイン"): lambda sheet: sheet.domain,
        _("サーバ"): lambda sheet: sheet.server,
        _("方式"): lambda sheet: sheet.transport,
        _("使用開始"): lambda sheet: sheet.effective_at,
    }
    if output.is_mobile:
        columns[_("QRコードの内容")] = softphone_text
    return columns
