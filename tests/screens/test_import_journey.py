"""CSVインポート and ユーザ一括編集 as a clerk uses them, with a real worker behind (S1-50 … S1-76)."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from naisen.portal.csv_files.tests.files import HEADER, Book, Number, csv_text, person
from tests.screens.conftest import Open
from tests.screens.test_people_journey import menu

SIZES = pytest.mark.parametrize(("size", "first"), [("desktop", 4100), ("narrow", 4200)])
LOOKS = [("desktop", "light"), ("desktop", "dark"), ("narrow", "light"), ("narrow", "dark")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DROP = """([zone, content, name, type]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dropped = new DataTransfer();
  dropped.items.add(new File([bytes], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, content: bytes, name: str) -> None:
    """Let a file fall on the drop zone."""
    zone = page.locator("[data-drop]").element_handle()
    page.evaluate(DROP, [zone, base64.b64encode(content).decode(), name, XLSX])


def workbook(first: int, *, mended: bool) -> bytes:
    """Three people; with three mistakes unless `mended`."""
    rows = [
        person("高橋 花", str(first), パスワード="8264", 所属="#100#", 着信回線="#1#"),
        person("㈱髙﨑", str(first + 1) if mended else "1000", フリガナ="たかさき"),
        person("山本 結衣", str(first + 2), 所属="#100#" if mended else "営業部"),
    ]
    pin = "7351" if mended else "1111"
    rows[2][HEADER.index("パスワード")] = pin
    return bytes(Book([HEADER, *rows, ["", "", ""]]))


@SIZES
def test_three_mistakes_are_told_mended_and_taken_back(open_screen: Open, size: str, first: int) -> None:
    """Drop an .xlsx with three mistakes → told about all three; mend; 確定; この取り込みを取り消す."""
    screen = open_screen("/", size=size)
    page = screen.page
    menu(page, "ユーザ登録")
    page.get_by_role("link", name="CSVインポート").click()
    expect(page.get_by_role("heading", name="CSVインポート")).to_be_visible()
    drop(page, workbook(first, mended=False), "新人.xlsx")

    expect(page.get_by_text("2行にエラーがあります")).to_be_visible()
    for words in (
        "内線番号「1000」は「田中」が使用中です。別の番号にしてください。",
        "所属の内線番号を「#」で囲んでください(例: #1000#2000#)。",
        "続き番号や同じ数字だけのパスワードは使えません。",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="確定")).to_be_disabled()
    for look, theme in LOOKS:
        screen.look(look, theme)
        screen.assert_sound()
    screen.look(size, "light")

    drop(page, workbook(first, mended=True), "新人_修正.xlsx")
    expect(page.get_by_text("新人_修正.xlsx").first).to_be_visible()
    expect(page.get_by_text("端末 00004 (kmy00004) を割り当てます。")).to_be_visible()
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("登録に成功しました")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("3人を登録しました。")).to_be_visible()
    menu(page, "ユーザ一覧")
    expect(page.get_by_text("㈱髙﨑")).to_be_visible()

    menu(page, "取り込み履歴")
    page.get_by_role("link", name="新人_修正.xlsx").first.click()
    page.get_by_role("button", name="この取り込みを取り消す").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("登録した3人を削除します。")
    dialog.get_by_role("button", name="この取り込みを取り消す").click()
    expect(page.get_by_text("この取り込みは取り消されました")).to_be_visible(timeout=20_000)
    menu(page, "ユーザ一覧")
    expect(page.get_by_text("㈱髙﨑")).to_have_count(0)
    assert screen.troubles == []


@SIZES
def test_everybody_is_edited_in_the_template(
    open_screen: Open, size: str, first: int, tmp_path: Path
) -> None:
    """S1-70: download, edit, choose the file by keyboard, see before → after, 確定, take back."""
    screen = open_screen("/", size=size)
    page = screen.page
    menu(page, "ユーザ一括編集")
    with page.expect_download() as started:
        page.get_by_role("link", name="CSVテンプレートをダウンロード").click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    text = path.read_bytes().decode("utf-8-sig")
    edited = text.replace("2000,,鈴木", f"2000,{first + 50},鈴木")
    path.write_bytes(edited.encode("cp932"))
    page.locator("input[type=file]").set_input_files(path)

    expect(page.get_by_text(f"内線 2000 ではなく {first + 50} で呼び出せるようになります。")).to_be_visible()
    page.get_by_role("link", name="変更なし").click()
    expect(page.get_by_text("田中", exact=True)).to_be_visible()
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("編集に成功しました")).to_be_visible(timeout=20_000)
    screen.assert_sound()
    page.get_by_role("button", name="この取り込みを取り消す").click()
    page.get_by_role("dialog").get_by_role("button", name="この取り込みを取り消す").click()
    expect(page.get_by_text("この取り込みは取り消されました")).to_be_visible(timeout=20_000)


def test_a_file_that_cannot_be_read_says_so_in_place(open_screen: Open) -> None:
    page = open_screen("/people/import/").page
    drop(page, "ユーザ名\r\n田中\r\n".encode(), "a.csv")
    expect(page.get_by_role("alert")).to_contain_text("見出し「内線番号」の列がありません")
    expect(page.get_by_role("alert")).to_be_focused()
    drop(page, csv_text(person("森", "1000")).encode("cp932"), "b.csv")
    expect(page.get_by_text("1行にエラーがあります")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.locator("#toasts")).to_contain_text("取り消しました。何も変わっていません。")


def test_it_works_without_a_script(open_screen: Open, tmp_path: Path) -> None:
    page = open_screen("/people/import/", script=False).page
    path = tmp_path / "新人.csv"
    path.write_bytes(csv_text(person("森", "4300"), person("林", "1000")).encode("cp932"))
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="読み込む").click()
    expect(page.get_by_text("1行にエラーがあります")).to_be_visible()
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("エラーの行があります。")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("heading", name="CSVインポート")).to_be_visible()


def test_a_number_cell_is_pointed_out(open_screen: Open) -> None:
    """S1-55."""
    page = open_screen("/people/import/").page
    drop(page, bytes(Book([("ユーザ名", "内線番号"), ("森", Number(4301))])), "数値.xlsx")
    expect(page.get_by_text("「内線番号」に数値のセルがあります。")).to_be_visible()
    page.get_by_role("button", name="取消").click()
