"""What spreadsheets in Japan write is read, or refused with what to do (S1-55)."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.portal.csv_files.columns import is_known
from naisen.portal.csv_files.reading import sheet as sheets
from naisen.portal.csv_files.reading.formulas import defuse, restore
from naisen.portal.csv_files.reading.read import read
from naisen.portal.csv_files.reading.sheet import Sheet, Unreadable, letter
from naisen.portal.csv_files.tests.files import csv_text, person

ROW = person("髙﨑㈱① 🎍", "0800", メモ='1行目\r\n2行目, "引用"')


def opened(data: bytes, name: str = "ユーザ.csv") -> Sheet:
    return read(data, name, known=is_known)


def refused(data: bytes, name: str = "ユーザ.csv") -> str:
    with pytest.raises(Unreadable) as refusal:
        opened(data, name)
    return refusal.value.message


@pytest.mark.parametrize(
    ("codec", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")],
)
def test_unicode_is_read_with_every_character(codec: str, shown: str) -> None:
    """S1-55."""
    found = opened(csv_text(ROW).encode(codec))
    assert found.encoding == shown
    assert found.rows[0].cells[0] == "髙﨑㈱① 🎍"
    assert found.rows[0].cells[10] == '1行目\n2行目, "引用"'


def test_cp932_is_read_with_its_extensions() -> None:
    """S1-55: ㈱ and ① (NEC), 髙 and 﨑 (IBM), and no NFKC."""
    found = opened(csv_text(person("髙﨑㈱①~ｱ", "0800")).encode("cp932"))
    assert (found.encoding, found.rows[0].cells[0]) == ("Shift_JIS", "髙﨑㈱①~ｱ")
    assert found.rows[0].cells[2] == "0800"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_read(separator: str) -> None:
    """S1-55."""
    found = opened(csv_text(ROW, separator=separator).encode())
    assert found.rows[0].cells[:3] == ["髙﨑㈱① 🎍", "", "0800"]


def test_what_mac_and_old_programs_write_is_read() -> None:
    """S1-55: line ends of one CR, and Ctrl-Z as the end."""
    text = csv_text(person("森", "0800"), [""] * 11)
    for data in (text.replace("\r\n", "\r"), text + "\x1a"):
        assert [row.cells[2] for row in opened(data.encode("cp932")).rows] == ["0800"]


def test_the_line_that_names_the_separator_is_no_row() -> None:
    found = opened(("sep=;\r\n" + csv_text(ROW, separator=";")).encode())
    assert (found.header[0], found.rows[0].number) == ("ユーザ名", 2)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_rows_have_the_numbers_that_the_spreadsheet_shows(ending: str) -> None:
    """S1-54: the header is row 1; a quoted line break and an empty row in between do not shift them."""
    text = csv_text(ROW, [""] * 11, person("鈴木", "2000")).replace("\r\n", ending)
    assert [row.number for row in opened(text.encode()).rows] == [2, 4]


def test_empty_rows_and_columns_at_the_end_are_ignored() -> None:
    """S1-55."""
    text = csv_text([*ROW, "", ""], *[[""] * 13] * 5, header=(*opened(csv_text(ROW).encode()).header, "", ""))
    found = opened(text.encode())
    assert (len(found.header), len(found.rows)) == (11, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空です"),
        (b"  \r\n \r\n", "空です"),
        (b"\xef\xbb\xbf", "見出し|空です"),
        (csv_text().encode(), "見出しの下にデータがありません"),
        (b"\r\n" + csv_text(ROW).encode(), "読み取れる見出しがありません"),
        ("社員名簿,,\r\n".encode() + csv_text(ROW).encode(), "題名などの行を削除して"),
        ("ユーザ名，内線番号\r\n田中，1000\r\n".encode(), "読み取れる見出しがありません"),
        (csv_text(person("田中", "1000")).encode("iso2022_jp"), "読み取れる見出しがありません"),
        (csv_text(person("田中", "1000")).encode("euc_jp"), "文字を読み取れません"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "この形式のファイルは読み込めません"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "パスワードで保護された",
        ),
        (b"%PDF-1.7 ...", "この形式のファイルは読み込めません"),
        (b"<html><table></table></html>", "この形式のファイルは読み込めません"),
        (csv_text(ROW).encode("utf-16-le"), "文字コードを読み取れません"),
        (csv_text(ROW).encode("utf-32"), "文字コードを読み取れません"),
        ("ユーザ名,内線番号\r\n田中\0,1000".encode(), "文字コードを読み取れません"),
        ("ユーザ名,内線番号\r\n田中,1000\r\n".encode() + b"\xff\xff,1", "3行目あたりの文字を読み取れません"),
        ('ユーザ名,内線番号\r\n"田中,1000\r\n'.encode(), "2行目の引用符"),
        ('ユーザ名,内線番号\r\n"田中"x,1000\r\n'.encode(), "2行目の引用符"),
        ("ユーザ名,内線番号\r\n田中,1000,x\r\n".encode(), "2行目のC列に値がありますが"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, words: str) -> None:
    """S1-55."""
    assert any(word in refused(data) for word in words.split("|"))


def test_an_open_document_is_refused() -> None:
    """S1-55: .ods."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "この形式のファイルは読み込めません" in refused(made.getvalue(), "ユーザ.ods")


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "10MBを超えています" in refused(b"x" * (sheets.MAX_BYTES + 1))


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    assert "3行を超えています" in refused(csv_text(*[ROW] * 4).encode())


def test_columns_have_letters() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@given(st.text())
def test_a_formula_comes_back_as_it_was(text: str) -> None:
    """Reliability, «CSV cells»: defused on the way out, restored on the way in."""
    assert restore(defuse(text)) == text
    assert not defuse(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_only_what_a_spreadsheet_would_calculate_is_defused() -> None:
    assert [defuse(text) for text in ("=1+1", "+81312345678", "'=x", "田中", "'田中")] == [
        "'=1+1",
        "'+81312345678",
        "''=x",
        "田中",
        "'田中",
    ]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with suppress(Unreadable):
        opened(data)


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    import csv

    header = ["ユーザ名", "内線番号"]
    made = io.StringIO(newline="")
    csv.writer(made).writerows([header, *rows])
    try:
        found = opened(made.getvalue().encode("utf-8", "replace"))
    except Unreadable:
        return
    written = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
    given_rows = [row for row in written if any(cell.strip() for cell in row)]
    assert [row.cells for row in found.rows] == [
        [cell.encode("utf-8", "replace").decode() for cell in row] for row in given_rows
    ]
