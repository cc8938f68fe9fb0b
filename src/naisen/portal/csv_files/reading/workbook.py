"""Rows of an .xlsx file: calamine gives the values, marks.py what it does not tell."""

import datetime
import io
import zipfile
import zlib
from collections.abc import Sequence

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from naisen.portal.csv_files.reading.marks import Marks, marks_of
from naisen.portal.csv_files.reading.sheet import MAX_ROWS, Known, Row, Sheet, Unreadable, sheet_of
from naisen.portal.csv_files.reading.table import line_breaks

# What the parts of a file may unpack to, in bytes: 20,000 rows take about 20 MB.
MAX_UNPACKED = 64 * 1024 * 1024
MOST_MERGED = 100
PARTS = ("[Content_Types].xml", "_rels/", "xl/")
PICTURES = ("xl/media/", "xl/drawings/", "xl/embeddings/")
# How a file that is no workbook shows itself to the standard library.
BROKEN = (LookupError, ValueError, EOFError, StopIteration, NotImplementedError, RuntimeError)
MOMENTS = (datetime.date, datetime.time, datetime.timedelta)


def read_workbook(data: bytes, *, known: Known) -> Sheet:
    """The first visible sheet; raises Unreadable. `known`: see sheet_of."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        unpacked = _unpacked(archive)
        workbook = CalamineWorkbook.from_filelike(unpacked)
        index, notes = _chosen(workbook)
        # Before the values: a cell at the far corner of a sheet would make calamine fill all the memory.
        marks = marks_of(archive, index)
        return _sheet(workbook.get_sheet_by_index(index), marks, notes, known)
    except (CalamineError, zipfile.BadZipFile, zlib.error, *BROKEN) as error:
        raise Unreadable(
            _(
                "Excelブックが壊れているか、読み取れない形式です。"
                "Excelで開き、「Excelブック(.xlsx)」で保存し直してください。"
            )
        ) from error


def _unpacked(archive: zipfile.ZipFile) -> io.BytesIO:
    """The parts that matter, unpacked and checked here, so that calamine meets no size that was a lie."""
    parts = [
        part
        for part in archive.infolist()
        if part.filename.startswith(PARTS) and not part.filename.startswith(PICTURES)
    ]
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(
            _("ファイルを展開すると大きすぎます。使わないシートや図を削除して、保存し直してください。")
        )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for part in parts:
            copy.writestr(part.filename, archive.read(part))
    made.seek(0)
    return made


def _chosen(workbook: CalamineWorkbook) -> tuple[int, list[str]]:
    visible = [
        (index, sheet.name)
        for index, sheet in enumerate(workbook.sheets_metadata)
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise Unreadable(_("表示されているシートがありません。シートを表示して保存し直してください。"))
    index, name = visible[0]
    if len(visible) == 1:
        return index, []
    return index, [_("シート「%(name)s」だけを読み込みました。ほかのシートは読みません。") % {"name": name}]


def _sheet(found: CalamineSheet, marks: Marks, notes: list[str], known: Known) -> Sheet:
    if marks.last_row > MAX_ROWS + 1:
        raise Unreadable(
            _("データが%(limit)s行を超えています。ファイルを分けて、順に読み込んでください。")
            % {"limit": f"{MAX_ROWS:,}"}
        )
    merged = found.merged_cell_ranges or []
    if len(merged) > MOST_MERGED:
        raise Unreadable(_("結合したセルが多すぎます。すべての結合を解除して、もう一度読み込んでください。"))
    for (first_row, first_column), (last_row, last_column) in merged:
        marks.merge(first_row, first_column, min(last_row, first_row + MOST_MERGED), last_column)
    if marks.hidden:
        notes = [*notes, _hidden(sorted(marks.hidden))]
    values = found.to_python(skip_empty_area=False)
    rows = [_row(number, cells, marks) for number, cells in enumerate(values, start=1)]
    return sheet_of(rows, encoding="Excel", known=known, notes=notes)


def _hidden(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
    return _("非表示の行も読み込みました: %(rows)s行目") % {"rows": shown}


def _row(number: int, cells: Sequence[object], marks: Marks) -> Row:
    troubles = dict(marks.troubles.get(number, {}))
    numeric: list[int] = []
    texts: list[str] = []
    zeros = marks.zeros.get(number, {})
    for index, value in enumerate(cells):
        if isinstance(value, str):
            texts.append(line_breaks(value))
            continue
        texts.append(_text(value, zeros.get(index, 0)))
        if isinstance(value, MOMENTS):
            troubles[index] = _(
                "Excelが日付や時刻に変えています。セルの書式を「文字列」にして、入力し直してください。"
            )
        elif index not in zeros:
            numeric.append(index)
    return Row(number, texts, troubles, frozenset(numeric))


def _text(value: object, zeros: int) -> str:
    """A number as the cell shows it: without a decimal point, and with the zeros of a format like 0000."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value)).zfill(zeros)
    return str(value).upper() if isinstance(value, bool) else str(value)
