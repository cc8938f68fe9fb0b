"""Files as spreadsheets in Japan write them, made in the tests."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

HEADER = (
    "ユーザ名",
    "フリガナ",
    "内線番号",
    "パスワード",
    "所属",
    "ユーザ固有初期回線",
    "ピックアップ対象所属",
    "着信回線",
    "発信回線",
    "内線ダイヤルタイムアウト",
    "メモ",
)
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Styles by index: general, a date, 0000, and m"月"d"日", which Excel in Japan has built in.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0000"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="56"/></cellXfs>'
    "</styleSheet>"
)
GENERAL, DATE, ZEROS, JAPANESE_DATE = range(4)
HIDDEN_SHEET, HIDDEN_ROW = ' state="hidden"', ' hidden="1"'


@dataclass(frozen=True)
class Number:
    """A number cell, with the index of its style."""

    value: float
    style: int = GENERAL


@dataclass(frozen=True)
class Formula:
    """A formula with what Excel stored of its result; None: nothing."""

    text: str
    stored: str | None = None


@dataclass(frozen=True)
class Failed:
    """A cell whose formula has failed, like #N/A."""

    error: str


@dataclass(frozen=True)
class Read:
    """A text with the reading that Excel keeps beside it."""

    text: str
    kana: str


Value = str | Number | Formula | Failed | Read | None


@dataclass
class Book:
    """An .xlsx file with one sheet, or several of the same content."""

    rows: Sequence[Sequence[Value]]
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    sheets: Sequence[str] = ("Sheet1",)
    hidden_sheets: Sequence[str] = ()
    extra: dict[str, bytes] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", CONTENT_TYPES)
            archive.writestr("_rels/.rels", relations([("rId1", "officeDocument", "xl/workbook.xml")]))
            archive.writestr("xl/workbook.xml", self._workbook())
            parts = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in self._numbers()]
            archive.writestr(
                "xl/_rels/workbook.xml.rels", relations([*parts, ("rIdS", "styles", "styles.xml")])
            )
            archive.writestr("xl/styles.xml", STYLES)
            for number in self._numbers():
                archive.writestr(f"xl/worksheets/sheet{number}.xml", self._sheet())
            for name, content in self.extra.items():
                archive.writestr(name, content)
        return made.getvalue()

    def _numbers(self) -> Iterable[int]:
        return range(1, len(self.sheets) + 1)

    def _workbook(self) -> str:
        sheets = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"'
            f"{HIDDEN_SHEET if name in self.hidden_sheets else ''}/>"
            for number, name in enumerate(self.sheets, start=1)
        )
        return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'

    def _sheet(self) -> str:
        rows = "".join(
            f'<row r="{number}"{HIDDEN_ROW if number in self.hidden_rows else ""}>'
            + "".join(cell(f"{letters(column)}{number}", value) for column, value in enumerate(values))
            + "</row>"
            for number, values in enumerate(self.rows, start=1)
        )
        merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merged)
        return (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
            f"{f'<mergeCells>{merged}</mergeCells>' if merged else ''}</worksheet>"
        )


def relations(parts: Iterable[tuple[str, str, str]]) -> str:
    """A .rels part."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in parts
    )
    return f'<Relationships xmlns="{RELATIONS}">{rows}</Relationships>'


def cell(reference: str, value: Value) -> str:
    """One cell as Excel writes it."""
    if value is None:
        return ""
    if isinstance(value, Number):
        return f'<c r="{reference}" s="{value.style}"><v>{value.value}</v></c>'
    if isinstance(value, Formula):
        stored = "" if value.stored is None else f"<v>{escape(value.stored)}</v>"
        return f'<c r="{reference}" t="str"><f>{escape(value.text)}</f>{stored}</c>'
    if isinstance(value, Failed):
        return f'<c r="{reference}" t="e"><f>VLOOKUP(A1,B:C,2,FALSE)</f><v>{value.error}</v></c>'
    if isinstance(value, Read):
        reading = f'<rPh sb="0" eb="{len(value.text)}"><t>{value.kana}</t></rPh>'
        return f'<c r="{reference}" t="inlineStr"><is><t>{value.text}</t>{reading}</is></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def letters(column: int) -> str:
    """A … K."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def csv_text(*rows: Sequence[str], header: Sequence[str] = HEADER, separator: str = ",") -> str:
    """CSV with CRLF, as Excel writes it; cells are quoted where they must be."""
    return "".join(
        separator.join(quoted(cell, separator) for cell in row) + "\r\n" for row in (header, *rows)
    )


def quoted(text: str, separator: str = ",") -> str:
    """A CSV cell."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in f'{separator}"\r\n') else text


def person(name: str, extension: str, **cells: str) -> list[str]:
    """A row of the registration's template; `cells` by header."""
    values = {"ユーザ名": name, "内線番号": extension, **cells}
    return [values.get(title, "") for title in HEADER]
