"""What both kinds of file do with a row: cells to values, and the rules over several cells."""

from collections.abc import Callable, Mapping

from naisen.portal.csv_files.checked import Checked
from naisen.portal.csv_files.columns import DEFAULT_LINE, KEY, OUTBOUND, PIN, STAMP, Column
from naisen.portal.csv_files.reading.formulas import restore
from naisen.portal.csv_files.reading.sheet import Sheet
from naisen.portal.csv_files.stored import Shelf
from naisen.portal.people.pins import check_pin
from naisen.portal.people.rules import check_default_line
from naisen.portal.refusals import Refusal

Places = Mapping[Column, int]
Read = Callable[[Column, str], object]


def texts_of(sheet: Sheet, places: Places) -> list[Checked]:
    """The cells by column, with formulas restored; cells without a value that can be taken are refused."""
    rows = []
    for row in sheet.rows:
        width = len(row.cells)
        texts = {
            column: restore(row.cells[index]) if index < width else "" for column, index in places.items()
        }
        checked = Checked(row, texts)
        for column, index in places.items():
            if index in row.troubles:
                checked.refuse(column, row.troubles[index])
        rows.append(checked)
    return rows


def read_cells(row: Checked, read: Read) -> None:
    """Each cell by itself; a cell that is refused has no value."""
    refused = {problem.column for problem in row.problems}
    for column, text in row.texts.items():
        if column in (KEY, STAMP) or (refused and str(column) in refused):
            continue
        try:
            row.values[column.field] = read(column, text)
        except Refusal as refusal:
            row.refuse(column, refusal.message)


def check_together(row: Checked, shelf: Shelf, extension: Column) -> None:
    """Rules over more than one field."""
    pin = row.values.get("pin")
    try:
        if pin:
            check_pin(pin, extension=row.final("extension") or "")
    except Refusal as refusal:
        row.refuse(PIN, refusal.message)
    line, allowed = row.final("default_line"), row.final("outbound_lines")
    has_line = "default_line" in row.values or "outbound_lines" in row.values
    if line is None or not has_line or any(_is_about_lines(problem.column) for problem in row.problems):
        return
    try:
        check_default_line(shelf.line_by_id[line], [shelf.line_by_id[pk] for pk in allowed or ()])
    except Refusal as refusal:
        row.refuse(DEFAULT_LINE if DEFAULT_LINE in row.texts else OUTBOUND, refusal.message)


def _is_about_lines(name: str) -> bool:
    return name in (str(DEFAULT_LINE), str(OUTBOUND))
