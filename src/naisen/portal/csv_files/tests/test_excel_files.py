"""Files as Excel in Japan writes them, from the screen's upload to the page that answers (S1-54, S1-55, S1-75)."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from naisen.portal.csv_files.models import ImportRow
from naisen.portal.csv_files.tests.files import (
    JAPANESE_DATE,
    ZEROS,
    Book,
    Failed,
    Formula,
    Number,
    Read,
    Value,
    csv_text,
    person,
)
from naisen.portal.csv_files.tests.test_import_screens import newest, see_everything, text_of
from naisen.portal.people.actions import PersonData, register_person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]
SHORT = ("ユーザ名", "内線番号", "メモ")


@pytest.fixture
def client(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def answer(client: Client, data: bytes, name: str, route: str = "person_import") -> str:
    """The words of the page that a clerk sees after dropping the file."""
    return text_of(client.post(reverse(route), {"file": SimpleUploadedFile(name, data)}, follow=True))


def would_register() -> list[tuple[int, str, str]]:
    """(row, name, extension) of the people whom 確定 would register."""
    see_everything()
    rows = ImportRow.objects.filter(file=newest(), kind=ImportRow.Kind.CREATE).order_by("row")
    return [(row.row, row.name, row.extension) for row in rows]


ROWS = (
    person("髙﨑㈱①", "０４１００", メモ='1行目\r\n2行目, "引用"'),
    person("森", "4101", パスワード="0826", 内線ダイヤルタイムアウト="４５"),
    *[[""] * 11] * 3,
)
EXPECTED = [(2, "髙﨑㈱①", "04100"), (3, "森", "4101")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("新人.csv", csv_text(*ROWS).encode("cp932")),
        ("新人.csv", csv_text(*ROWS).encode("utf-8-sig")),
        ("新人.csv", csv_text(*ROWS, separator=";").encode("cp932")),
        ("新人.csv", csv_text(*ROWS).replace("\r\n", "\r").encode("cp932")),
        ("Unicode テキスト.txt", csv_text(*ROWS, separator="\t").encode("utf-16")),
        ("新人.xlsx", csv_text(*ROWS).encode("cp932")),
    ],
    ids=["CP932", "UTF-8 with a mark", "semicolons", "Mac", "UTF-16 with tabs", "the wrong ending"],
)
def test_what_excel_saves_as_text_is_read(client: Client, name: str, data: bytes) -> None:
    """CP932, quoted line breaks, empty rows at the end, full-width digits, a mark, semicolons, UTF-16."""
    assert "エラーの" not in answer(client, data, name)
    assert would_register() == EXPECTED


BOOK = Book(
    [
        SHORT,
        (Read("髙﨑㈱①", "タカサキ"), "０４１００", "席"),
        ("森", Number(4101), Formula('IF(A3="","","")', "")),
        ("林", Number(102, ZEROS), None),
        (None, None, Formula('IF(A5="","","")', "")),
        ("", "", ""),
    ]
)


def test_a_workbook_with_number_cells_is_read_and_pointed_out(client: Client) -> None:
    """Number cells, a format of zeros, ふりがな, formulas that give nothing, empty rows at the end."""
    page = answer(client, bytes(BOOK), "新人.xlsx")
    assert would_register() == [(2, "髙﨑㈱①", "04100"), (3, "森", "4101"), (4, "林", "0102")]
    assert "「内線番号」に数値のセルがあります。先頭の0は消えています。" in page


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("森", Number(46024, JAPANESE_DATE)), "セルの書式を「文字列」にして、入力し直してください。"),
        (("森", Formula("A1+1")), "値を入力するか、Excelで開いて保存し直してください。"),
        (("森", "4100", Failed("#N/A")), "数式を直すか、値を入力してください。"),
        (("森", Number(4100.5)), "半角数字"),
        (("森", "4.1E+03"), "半角数字"),
        (("森", "1月2日"), "半角数字"),
    ],
)
def test_a_cell_that_has_no_value_is_told_by_row(
    client: Client, cells: tuple[Value, ...], words: str
) -> None:
    """S1-54: nothing is registered, and the row says what to do."""
    page = answer(client, bytes(Book([SHORT, ("林", "4101", ""), cells])), "新人.xlsx")
    assert "1行にエラーがあります" in page
    assert words in page
    assert [row for row, _name, _digits in would_register()] == [2]


def test_merged_cells_are_told_by_row(client: Client) -> None:
    book = Book([SHORT, ("森", "4100", "席"), ("林", "4101", None)], merged=["C2:C3"])
    page = answer(client, bytes(book), "新人.xlsx")
    assert "2行にエラーがあります" in page
    assert "結合を解除して、行ごとに値を入力してください。" in page


def zipped(mime: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", mime)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("名簿.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "「Excelブック(.xlsx)」か"),
        ("名簿.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "「Excelブック(.xlsx)」か"),
        ("名簿.ods", zipped("application/vnd.oasis.opendocument.spreadsheet"), "「Excelブック(.xlsx)」か"),
        ("名簿.csv", csv_text(*ROWS).encode("utf-16-le"), "「CSV UTF-8(コンマ区切り)」か"),
        (
            "名簿.csv",
            "社員名簿,\r\nユーザ名,内線番号\r\n森,4100\r\n".encode("cp932"),
            "題名などの行を削除して",
        ),
        ("名簿.csv", csv_text(*[[""] * 11] * 3).encode("cp932"), "2行目から入力して"),
    ],
)
def test_a_file_that_is_not_read_says_what_to_do(client: Client, name: str, data: bytes, words: str) -> None:
    assert words in answer(client, data, name)
    see_everything()
    assert not ImportRow.objects.exists()


def test_zeros_that_excel_has_taken_are_recognised_in_a_bulk_edit(client: Client, office: Tenant) -> None:
    """S1-75: 0800, saved by Excel as 800, is nobody; the clerk is told why, and nothing changes."""
    register_person(by=None, tenant=office, data=PersonData(name="森", kana="", extension="0800"))
    file = csv_text(["800", "窓側"], header=("内線番号", "メモ")).encode("cp932")
    page = answer(client, file, "全員.csv", "bulk_edit")
    assert "1行にエラーがあります" in page
    assert "0800" in page
