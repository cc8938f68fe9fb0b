"""The files that go out: templates, and the rows that were refused (S1-50, S1-54, S1-70)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from naisen.portal.csv_files import columns, stored
from naisen.portal.csv_files.cells import PIN_IS_SET
from naisen.portal.csv_files.columns import Column
from naisen.portal.csv_files.keeping import unseal
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.reading.formulas import defuse
from naisen.portal.csv_files.stored import Known, Shelf
from naisen.portal.csv_files.workbook_writer import workbook
from naisen.portal.tenants.models import Tenant

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So that Excel takes the file for UTF-8.
MARK = "\ufeff"


@dataclass(frozen=True)
class Download:
    """A file as the browser gets it."""

    name: str
    content_type: str
    content: bytes


def template(tenant: Tenant, kind: Import.Kind, ending: str) -> Download:
    """The empty registration file, or the present data of all people; `ending` is csv or xlsx."""
    if kind == Import.Kind.REGISTRATION:
        name, rows = _("ユーザ登録_テンプレート"), [_header(columns.REGISTRATION)]
    else:
        name = _("ユーザ一括編集_%(date)s") % {"date": timezone.localtime().strftime("%Y%m%d")}
        shelf = stored.shelf_of(tenant)
        rows = [_header(columns.EDIT), *(_row(known, shelf) for known in stored.everybody(tenant))]
    if ending == "xlsx":
        return Download(f"{name}.xlsx", XLSX_TYPE, workbook(_("ユーザ"), _defused(rows)))
    return Download(f"{name}.csv", CSV_TYPE, csv_bytes(rows))


def rejected(file: Import) -> Download | None:
    """The refused rows as they came, each with its reasons; None when they are kept no longer (S1-54)."""
    kept = unseal(file)
    if not kept:
        return None
    header = kept.pop(1)
    reasons = {
        row: " / ".join(f"{column}: {why}" if column else why for column, _value, why in change["problems"])
        for row, change in ImportRow.objects.filter(file=file, kind=ImportRow.Kind.ERROR).values_list(
            "row", "change"
        )
    }
    place = _place_of_reason(header)
    rows = [_with_reason(header, str(columns.REASON), place)]
    rows += [_with_reason(kept[row], reasons[row], place) for row in sorted(kept.keys() & reasons.keys())]
    return Download(_("エラーの行_%(id)s.csv") % {"id": file.pk}, CSV_TYPE, csv_bytes(rows))


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, CRLF; cells that a spreadsheet would calculate are defused."""
    made = io.StringIO(newline="")
    csv.writer(made).writerows(_defused(rows))
    return (MARK + made.getvalue()).encode("utf-8", "replace")


def _defused(rows: Iterable[Sequence[str]]) -> Iterable[list[str]]:
    return ([defuse(cell) for cell in row] for row in rows)


def _header(layout: columns.Layout) -> list[str]:
    return [str(column) for column in layout.columns]


def _row(known: Known, shelf: Shelf) -> list[str]:
    return [_text(column, known, shelf) for column in columns.EDIT.columns]


def _text(column: Column, known: Known, shelf: Shelf) -> str:
    """A cell of the bulk edit's template: it carries the present value (S1-75)."""
    if column is columns.KEY:
        return known.extension
    if column is columns.NEW_EXTENSION:
        return ""
    if column is columns.STAMP:
        return known.stamp
    value = known.values[column.field]
    if column is columns.PIN:
        return str(PIN_IS_SET) if value else ""
    if column in (columns.DEPARTMENTS, columns.PICKUPS):
        return _marked(shelf.department_by_id[pk].number.digits for pk in value)
    if column in (columns.INBOUND, columns.OUTBOUND):
        return _marked(str(shelf.line_by_id[pk].serial) for pk in value)
    if column is columns.DEFAULT_LINE:
        return str(shelf.line_by_id[value].serial) if value else ""
    return str(value)


def _marked(ids: Iterable[str]) -> str:
    """`#1000#2000#` (S1-72, S1-73)."""
    joined = "#".join(ids)
    return f"#{joined}#" if joined else ""


def _place_of_reason(header: Sequence[str]) -> int:
    """Where the reasons stand: in their own column when the file has one from before, else at the end."""
    names = columns.names_of(columns.REGISTRATION)
    known = [names.get(columns.plain_name(name)) is columns.REASON for name in header]
    return known.index(True) if True in known else len(header)


def _with_reason(cells: Sequence[str], reason: str, place: int) -> list[str]:
    padded = [*cells[:place], *[""] * (place - len(cells))]
    return [*padded, reason, *cells[place + 1 :]]
