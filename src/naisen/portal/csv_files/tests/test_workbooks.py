"""Excel workbooks as Excel writes them, and those that mean harm (S1-55)."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.portal.csv_files.columns import is_known
from naisen.portal.csv_files.reading import workbook as workbooks
from naisen.portal.csv_files.reading.read import read
from naisen.portal.csv_files.reading.sheet import Sheet, Unreadable
from naisen.portal.csv_files.tests.files import (
    DATE,
    JAPANESE_DATE,
    MAIN,
    ZEROS,
    Book,
    Failed,
    Formula,
    Number,
    Read,
    Value,
)
from naisen.portal.csv_files.workbook_writer import workbook

HEADER = ("ユーザ名", "内線番号", "メモ")


def opened(book: Book | bytes) -> Sheet:
    return read(bytes(book), "ユーザ.xlsx", known=is_known)


def refused(book: Book | bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        opened(book)
    return refusal.value.message


def row(*cells: Value) -> Book:
    return Book([HEADER, cells])


def test_text_cells_keep_every_character_and_zero() -> None:
    """S1-55."""
    assert opened(row("髙﨑㈱ 🎍", "0800", "a\r\nb")).rows[0].cells == ["髙﨑㈱ 🎍", "0800", "a\nb"]


def test_a_number_cell_is_taken_without_its_decimal_point_and_marked() -> None:
    """S1-55: zeros at its front are lost, which the clerk is told."""
    found = opened(row("田中", Number(800.0))).rows[0]
    assert (found.cells[1], found.numeric) == ("800", frozenset({1}))


def test_a_number_that_is_shown_with_zeros_is_read_as_shown() -> None:
    """S1-55: the format 0000 shows 0800."""
    found = opened(row("田中", Number(800, ZEROS))).rows[0]
    assert (found.cells[1], found.numeric) == ("0800", frozenset())


def test_a_date_is_refused_by_row() -> None:
    """S1-55: Excel has turned 1-2 into a date."""
    found = opened(Book([HEADER, ("田中", "1000"), ("鈴木", Number(45000, DATE))]))
    assert not found.rows[0].troubles
    assert "日付や時刻に変えています" in found.rows[1].troubles[1]


def test_a_formula_counts_with_its_stored_value_only() -> None:
    """S1-55."""
    found = opened(Book([HEADER, ("田中", Formula("A1", "1000")), ("鈴木", Formula("A2"))]))
    assert found.rows[0].cells[1] == "1000"
    assert not found.rows[0].troubles
    assert "計算結果が保存されていません" in found.rows[1].troubles[1]


def test_a_formula_that_gives_nothing_is_an_empty_cell() -> None:
    """S1-55: Excel stores the result of =IF(A1="","",A1) as an empty text; rows of nothing else are no rows."""
    nothing = Formula('IF(A1="","",A1)', "")
    found = opened(Book([HEADER, ("田中", "1000", nothing), (nothing, nothing, nothing)]))
    assert [(one.cells, one.troubles) for one in found.rows] == [(["田中", "1000", ""], {})]


def test_an_error_of_excels_is_no_empty_cell() -> None:
    """S1-55: =VLOOKUP(…) that found nothing must not empty a person's memo."""
    found = opened(row("田中", "1000", Failed("#N/A"))).rows[0]
    assert "Excelのエラー(#N/A など)になっているセルです" in found.troubles[2]


@pytest.mark.parametrize("style", [DATE, JAPANESE_DATE])
def test_the_date_that_1_2_becomes_in_japan_is_a_date(style: int) -> None:
    """S1-55: typed in Japan, 1-2 gets the built-in format 56, which no file spells out."""
    assert "日付や時刻に変えています" in opened(row("田中", Number(46024, style))).rows[0].troubles[1]


def test_the_reading_that_excel_keeps_beside_a_name_is_not_part_of_it() -> None:
    """S1-55: an input method writes ふりがな beside every Japanese cell."""
    book = Book([HEADER, (Read("田中", "タナカ"), "1000")])
    assert opened(book).rows[0].cells[:2] == ["田中", "1000"]


def test_merged_cells_are_refused_by_row() -> None:
    """S1-55."""
    found = opened(
        Book([HEADER, ("田中", "1000", "席"), ("鈴木", "2000"), ("佐藤", "3000")], merged=["C2:C3"])
    )
    assert [sorted(one.troubles) for one in found.rows] == [[2], [2], []]
    assert "結合を解除して" in found.rows[0].troubles[2]


def test_a_merged_header_is_refused() -> None:
    assert "1行目の見出しに、結合した" in refused(Book([HEADER, ("田中", "1000")], merged=["A1:B1"]))


def test_only_the_first_visible_sheet_is_read_and_the_clerk_is_told() -> None:
    """S1-55."""
    book = Book([HEADER, ("田中", "1000")], sheets=["隠し", "名簿", "メモ"], hidden_sheets=["隠し"])
    assert opened(book).notes == ["シート「名簿」だけを読み込みました。ほかのシートは読みません。"]


def test_hidden_rows_are_read_and_the_clerk_is_told() -> None:
    book = Book([HEADER, ("田中", "1000"), ("鈴木", "2000")], hidden_rows=[3])
    found = opened(book)
    assert len(found.rows) == 2
    assert found.notes == ["非表示の行も読み込みました: 3行目"]


def test_a_file_that_is_no_workbook_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "壊れているか、読み取れない形式" in refused(made.getvalue())
    assert "壊れているか、読み取れない形式" in refused(bytes(row("田中", "1000"))[:300])


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that unpacks to more than allowed, and one that lies about its size."""
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 100_000)
    bomb = bytes(Book([HEADER, ("田中", "1000")], extra={"xl/sharedStrings.xml": b" " * 200_000}))
    assert "展開すると大きすぎます" in refused(bomb)
    liar = bomb.replace((200_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "壊れているか" in refused(liar)


def test_a_cell_in_the_far_corner_takes_no_memory() -> None:
    """The last possible cell would make a dense table of 17 billion."""
    book = bytes(Book([HEADER, ("田中", "1000")]))
    far = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    for cell, words in (("XFD1", "列を超えています"), ("A1048576", "行を超えています")):
        sheet = f'{far}<row r="{cell.strip("AXFD")}"><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'
        assert words in refused(replaced(book, "xl/worksheets/sheet1.xml", sheet.encode()))


def test_entities_do_not_grow() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9))
    sheet = f'<!DOCTYPE x [{laughs}]><worksheet xmlns="{MAIN}"><sheetData>&a8;</sheetData></worksheet>'
    assert "壊れているか" in refused(
        replaced(bytes(row("田中", "1000")), "xl/worksheets/sheet1.xml", sheet.encode())
    )


def test_too_many_merged_cells_are_refused() -> None:
    book = Book([HEADER, ("田中", "1000")], merged=[f"A{n}:B{n}" for n in range(3, 200)])
    assert "結合したセルが多すぎます" in refused(book)


def test_what_we_write_is_read_back_as_text() -> None:
    """S1-70: the template's cells are text."""
    rows = [list(HEADER), ["髙﨑 <&>", "0800", "1行目\n2行目"], ["'=1+1", "1-2", " "]]
    found = opened(workbook("ユーザ", rows))
    assert [found.header, *[one.cells for one in found.rows]] == rows
    assert all(not one.numeric and not one.troubles for one in found.rows)


@given(st.binary(max_size=60), st.integers(0, 1500))
def test_no_damage_breaks_the_reader(noise: bytes, place: int) -> None:
    good = bytes(row("田中", Number(1000), Formula("A1")))
    with suppress(Unreadable):
        opened(good[:place] + noise + good[place + len(noise) :])


def replaced(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with another part of this name."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return made.getvalue()
