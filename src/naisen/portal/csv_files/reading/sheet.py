"""What a file holds, before anybody asks what it means."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from naisen.portal.refusals import Refusal

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100

Known = Callable[[str], bool]


class Unreadable(Refusal):
    """The file as a whole cannot be taken; the message says what to do."""


@dataclass(slots=True)
class Row:
    """One row below the header.

    `number` is what the spreadsheet shows (the header is row 1). `troubles` maps a column's index to why
    its cell has no value that can be taken. `numeric` are the columns whose cell is a number in Excel,
    so that zeros at its front are lost.
    """

    number: int
    cells: list[str]
    troubles: dict[int, str] = field(default_factory=dict)
    numeric: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.troubles and not any(cell.strip() for cell in self.cells)


@dataclass(slots=True)
class Sheet:
    """The header, the rows that are not empty, how the file was written, and what the clerk should know."""

    header: list[str]
    rows: list[Row]
    encoding: str
    notes: list[str] = field(default_factory=list)


def sheet_of(rows: Iterable[Row], *, encoding: str, known: Known, notes: Iterable[str] = ()) -> Sheet:
    """Take the first row as the header; drop empty rows and columns; raises Unreadable.

    `known` says whether a header is one of ours.
    """
    header: list[str] | None = None
    kept: list[Row] = []
    for row in rows:
        if header is None:
            header = header_of(row, known)
        elif not row.is_empty:
            kept.append(row)
            if len(kept) > MAX_ROWS:
                raise Unreadable(
                    _("データが%(limit)s行を超えています。ファイルを分けて、順に読み込んでください。")
                    % {"limit": f"{MAX_ROWS:,}"}
                )
    if header is None:
        raise Unreadable(empty_file())
    if not kept:
        raise Unreadable(_("見出しの下にデータがありません。2行目から入力して、もう一度読み込んでください。"))
    _refuse_cells_without_header(header, kept)
    return Sheet(header, kept, encoding, list(notes))


def empty_file() -> str:
    """The message for a file with nothing in it."""
    return _("ファイルが空です。テンプレートをダウンロードして入力してください。")


def no_header() -> str:
    """The message for a first row that names none of our columns."""
    return _(
        "1行目に、読み取れる見出しがありません。題名などの行を削除して、テンプレートの1行目をそのまま使い、"
        "「CSV UTF-8(コンマ区切り)」かExcelブック(.xlsx)で保存してください。"
    )


def header_of(row: Row, known: Known) -> list[str]:
    """The names of the columns, without the empty ones at the end; raises Unreadable."""
    if row.troubles:
        raise Unreadable(
            _("1行目の見出しに、結合したセルや数式があります。テンプレートの1行目をそのまま使ってください。")
        )
    header = [cell.strip() for cell in row.cells]
    while header and not header[-1]:
        header.pop()
    if row.number != 1 or not any(map(known, header)):
        raise Unreadable(no_header())
    if len(header) > MAX_COLUMNS:
        raise Unreadable(
            _("列が%(limit)s列を超えています。使わない列を削除してください。") % {"limit": MAX_COLUMNS}
        )
    return header


def letter(index: int) -> str:
    """The letters over a column in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _refuse_cells_without_header(header: list[str], rows: list[Row]) -> None:
    named = {index for index, name in enumerate(header) if name}
    for row in rows:
        for index, cell in enumerate(row.cells):
            if index not in named and cell.strip():
                raise Unreadable(
                    _(
                        "%(row)s行目の%(column)s列に値がありますが、その列に見出しがありません。"
                        "列がずれていないか確かめてください。"
                    )
                    % {"row": row.number, "column": letter(index)}
                )
