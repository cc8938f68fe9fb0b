"""誰が鳴るか, 番号チェック, 機能番号 and 転送と着信拒否, as a clerk uses them (C-05, C-07, D-03)."""

from playwright.sync_api import Page, expect

from tests.screens.conftest import Open
from tests.screens.test_departments_journey import SIZES, toast
from tests.screens.test_people_journey import menu


@SIZES
def test_who_would_ring_and_then_forwarding_changes_it(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    page = screen.page
    menu(page, "誰が鳴るか")
    screen.assert_sound()
    expect(page.get_by_label("かかってくる回線")).to_be_hidden()
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("かけるユーザを選んでください。")
    ask_about(page, "3000")
    answer = page.get_by_role("status", name="結果")
    expect(answer).to_contain_text("1台の端末が60秒まで鳴ります")
    expect(answer).to_contain_text("誰も出ないとき (60秒後)")
    expect(answer).to_contain_text("480 Temporarily Unavailable")
    screen.assert_sound()

    page.goto("/people/3/")
    page.get_by_label("常に転送").fill("3000")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("自分の内線番号へは転送できません")
    page.get_by_label("常に転送").fill("")
    page.get_by_label("応答がないとき").fill("2000")
    screen.assert_sound()
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")
    menu(page, "誰が鳴るか")
    ask_about(page, "3000")
    expect(answer).to_contain_text("応答がないので、2000 に転送します。")
    expect(answer).to_contain_text("2000 は鈴木さんの内線番号です。")
    screen.assert_sound()

    page.goto("/people/3/")
    page.get_by_label("応答がないとき").fill("")
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")


def ask_about(page: Page, digits: str) -> None:
    page.get_by_label("ユーザ", exact=True).select_option(label="田中【1000】")
    page.get_by_label("ダイヤルする番号").fill(digits)
    page.get_by_label("すべて登録中とみなす").check()
    page.get_by_role("button", name="確かめる").click()


@SIZES
def test_what_the_check_finds_is_mended(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    page = screen.page
    menu(page, "番号チェック")
    screen.assert_sound()
    page.get_by_label("種類", exact=True).select_option(label="通信事業者につながっていない回線 (1件)")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("株式会社テスト【0500000000】")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("発着信設定")


@SIZES
def test_what_can_be_dialled(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    page = screen.page
    menu(page, "機能番号")
    screen.assert_sound()
    expect(page.locator("tbody tr").first).to_contain_text("所属「営業部」の呼び出しに出る")
    answer = page.request.get("/feature-codes/sheet.pdf")
    assert answer.headers["content-type"] == "application/pdf"
