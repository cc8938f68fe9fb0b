"""What an .xlsx sheet says about its cells beside their values, in one pass over the sheet's XML.

Formulas without a stored value, errors like #N/A, formats that show zeros at the front, hidden rows, the last
row: calamine does not tell them. expat reads the XML piece by piece and refuses entities that grow.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext as _

from naisen.portal.csv_files.reading.sheet import MAX_COLUMNS, Unreadable

CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
# Excel keeps 15 digits of a number.
ZEROS = re.compile(r"0{2,15}\Z")
PIECE = 1 << 16

Start = Callable[[str, dict[str, str]], None]


@dataclass(slots=True)
class Marks:
    """Rows are numbered from 1, columns from 0. `zeros`: how many digits the cell's format shows."""

    last_row: int = 0
    hidden: set[int] = field(default_factory=set)
    troubles: dict[int, dict[int, str]] = field(default_factory=dict)
    zeros: dict[int, dict[int, int]] = field(default_factory=dict)

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Note a merged range, given by its corners counted from 0."""
        reason = _("結合したセルです。結合を解除して、行ごとに値を入力してください。")
        for row in range(first_row + 1, last_row + 2):
            cells = self.troubles.setdefault(row, {})
            for column in range(first_column, min(last_column, MAX_COLUMNS) + 1):
                cells[column] = reason


def marks_of(archive: zipfile.ZipFile, index: int) -> Marks:
    """The marks of the sheet that stands at `index` in the workbook; raises Unreadable, KeyError."""
    path = _path_of_sheet(archive, index)
    reader = _CellReader(_zero_formats(archive))
    try:
        _parse(archive, path, reader.start, reader.end, reader.text)
    except expat.ExpatError as error:
        raise zipfile.BadZipFile(path) from error
    return reader.marks


class _CellReader:
    """Follows rows and cells; a formula needs a value, and an empty one must be said to be text.

    Excel stores the result of =IF(A1="","",A1) as an empty text; programs that calculate nothing leave an
    empty value without that word.
    """

    def __init__(self, zero_formats: dict[int, int]) -> None:
        self.marks = Marks()
        self._zero_formats = zero_formats
        self._row, self._column = 0, -1
        self._has_formula = self._has_value = self._in_value = False
        self._is_empty_text = False
        self._type = "n"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._in_value = True
            self._is_empty_text = self._type == "str"
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._start_row(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row, self._column = int(attributes.get("r", self._row + 1)), -1
        if attributes.get("hidden") in ("1", "true"):
            self.marks.hidden.add(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = CELL.match(attributes.get("r", ""))
        if match:
            self._column = _column(match[1])
            self._row = int(match[2])
        else:
            self._column += 1
        self._has_formula = self._has_value = self._is_empty_text = False
        self._type = attributes.get("t", "n")
        digits = self._zero_formats.get(int(attributes.get("s", 0)))
        if digits and self._type == "n":
            self.marks.zeros.setdefault(self._row, {})[self._column] = digits

    def text(self, data: str) -> None:
        self._has_value = self._has_value or (self._in_value and bool(data))

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c" and (self._has_formula or self._has_value):
            self._end_cell()

    def _end_cell(self) -> None:
        if self._column >= MAX_COLUMNS:
            raise Unreadable(
                _("列が%(limit)s列を超えています。使わない列を削除してください。") % {"limit": MAX_COLUMNS}
            )
        self.marks.last_row = max(self.marks.last_row, self._row)
        trouble = self._trouble()
        if trouble:
            self.marks.troubles.setdefault(self._row, {})[self._column] = trouble

    def _trouble(self) -> str:
        if self._type == "e":
            return _("Excelのエラー(#N/A など)になっているセルです。数式を直すか、値を入力してください。")
        if self._has_formula and not self._has_value and not self._is_empty_text:
            return _(
                "数式の計算結果が保存されていません。値を入力するか、Excelで開いて保存し直してください。"
            )
        return ""


def _column(letters: str) -> int:
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def _path_of_sheet(archive: zipfile.ZipFile, index: int) -> str:
    """Where the sheet's XML lies, by the workbook and its relations."""
    ids: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            ids.append(next(value for key, value in attributes.items() if key.endswith(":id") or key == "id"))

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _parse(archive, "xl/workbook.xml", sheet)
    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    target = PurePosixPath("/xl") / targets[ids[index]]
    return str(target).lstrip("/")


def _zero_formats(archive: zipfile.ZipFile) -> dict[int, int]:
    """Style → number of digits, for number formats that are nothing but zeros, like 0000."""
    formats: dict[str, int] = {}
    styles: list[str] = []
    inside = {"cellXfs": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and ZEROS.match(attributes.get("formatCode", "")):
            formats[attributes["numFmtId"]] = len(attributes["formatCode"])
        elif name == "cellXfs":
            inside[name] = True
        elif name == "xf" and inside["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[name] = False

    if "xl/styles.xml" in archive.namelist():
        _parse(archive, "xl/styles.xml", start, end)
    return {index: formats[code] for index, code in enumerate(styles) if code in formats}


def _parse(
    archive: zipfile.ZipFile,
    path: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run the handlers over one part of the file; element names come without their namespace."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    with archive.open(path) as part:
        for piece in iter(partial(part.read, PIECE), b""):
            parser.Parse(piece)
        parser.Parse(b"", True)
