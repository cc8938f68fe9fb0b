"""変更履歴 as CSV, for a spreadsheet: UTF-8 with BOM, CRLF, no cell that would be calculated."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from naisen.portal.audit.changes import Change
from naisen.portal.csv_files.reading.formulas import defuse
from naisen.portal.frame.templatetags.frame import moment


def csv_of(changes: Iterable[Change], zone: str) -> bytes:
    """One row a change."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_("日時"), _("変更した人"), _("対象"), _("名前"), _("操作"), _("変更前 → 変更後")])
    for change in changes:
        details = "\n".join(map(str, change.details))
        row = (moment(change.at, zone), change.by, change.kind, change.name, change.title, details)
        writer.writerow([defuse(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")
