"""From text to rows: commas, or the semicolons and tabs that some spreadsheets write instead."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from naisen.portal.csv_files.reading.sheet import Known, Row, Unreadable

SEPARATORS = (",", "\t", ";")
# A quoted cell may hold a long memo, not the whole rest of the file after a lost quote.
csv.field_size_limit(100_000)


def rows_of(text: str, *, known: Known) -> Iterator[Row]:
    """The rows with the numbers that a spreadsheet shows; raises Unreadable where quotes do not pair.

    `known` says whether a header is one of ours: the separator that gives most of them is the file's.
    """
    # Old programs end a text with Ctrl-Z.
    separator, text = _separator(text.rstrip("\x1a"), known)
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield Row(number, [line_breaks(cell) for cell in cells])
    except csv.Error as error:
        raise Unreadable(
            _(
                '%(row)s行目の引用符(")が閉じていないか、余分にあります。'
                "その行を直すか、Excelで保存し直してください。"
            )
            % {"row": number + 1}
        ) from error


def line_breaks(cell: str) -> str:
    """One kind of line break inside a cell: Excel writes another one than a browser sends."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _separator(text: str, known: Known) -> tuple[str, str]:
    first, _break, rest = text.partition("\n")
    declared = first.strip().lower()
    if declared.startswith("sep=") and len(declared) <= 5:  # Excel's own mark; it shows no such row
        return (first.strip()[4:] or "\t"), rest
    # The header may hold quoted line breaks, but no sheet has a header this long.
    sample = text[:20_000]
    return max(SEPARATORS, key=lambda separator: _names_found(sample, separator, known)), text


def _names_found(sample: str, separator: str, known: Known) -> int:
    try:
        header = next(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), [])
    except csv.Error:
        return 0
    return sum(known(name) for name in header)
