"""アカウント一覧, as a clerk uses it (S1-100 … S1-113)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from naisen.phones.phone import Phone
from tests.screens.conftest import Open
from tests.screens.test_people_journey import menu

LOGIN, ROW, CODE = "kmy00003", "#device-3", "00003"


def choose(page: Page, code: str, person: str) -> None:
    page.get_by_label(f"アカウント {code} のユーザを編集").click()
    page.get_by_label(f"アカウント {code} のユーザ", exact=True).select_option(label=person)
    page.locator("form.inline-form").get_by_role("button", name="保存").click()


@pytest.fixture
def satos_row(page: Page) -> Iterator[Page]:
    """Device 00003 is 佐藤's before and after."""
    yield page
    page.goto("/devices/")
    if "佐藤" not in page.locator(ROW).inner_text():
        choose(page, CODE, "佐藤【3000】")
        expect(page.locator(f"{ROW} .person b")).to_have_text("佐藤")


def test_search_by_person_and_by_extension(page: Page) -> None:
    page.get_by_role("link", name="アカウント一覧").first.click()
    results = page.locator("#results")
    expect(results).to_contain_text("検索結果: 7件")
    page.get_by_label("ユーザ", exact=True).select_option(label="鈴木【2000】")
    expect(results).to_contain_text("検索結果: 1件")
    page.get_by_label("ユーザ", exact=True).select_option(label="選択してください")
    page.get_by_label("内線番号", exact=True).fill("3000")
    expect(results).to_contain_text("検索結果: 1件")
    expect(results).to_contain_text("佐藤")
    page.get_by_label("内線番号", exact=True).fill("9999")
    expect(results).to_contain_text("データがありません。")
    page.get_by_role("link", name="条件をすべて解除").click()
    expect(results).to_contain_text("検索結果: 7件")


def test_slash_goes_to_the_search_and_words_find(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("すずき")
    expect(page.locator("#results")).to_contain_text("検索結果: 1件")
    page.go_back()
    expect(page.locator("#results")).to_contain_text("検索結果: 7件")


def test_logged_out_in_the_browser_the_phone_is_refused(
    satos_row: Page, phone_of: Callable[[str], Phone]
) -> None:
    """S1-105: from that second, and the row says why; logged in again, it works again."""
    page, phone = satos_row, phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(page.locator(f"{ROW} .st")).to_have_text("登録中")
    choose(page, CODE, "未使用")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("アカウント 00003 を未使用にします、よろしいですか")
    expect(dialog).to_contain_text("この端末は発信も着信もできなくなります")
    expect(dialog.get_by_role("button", name="キャンセル")).to_be_focused()
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("編集に成功しました")
    expect(page.locator(f"{ROW} .st-sub")).to_have_text("未使用")
    expect(page.get_by_label(f"アカウント {CODE} のユーザを編集")).to_be_focused()
    seen = len(phone.events)
    phone.register_again()
    assert phone.wait_for("REGISTER_OK", "REGISTER_FAIL", since=seen).kind == "REGISTER_FAIL"
    choose(page, CODE, "佐藤【3000】")
    expect(page.locator(f"{ROW} .person b")).to_have_text("佐藤")
    seen = len(phone.events)
    phone.register_again()
    answer = phone.wait_for("REGISTER_OK", "REGISTER_FAIL", since=seen)
    assert (answer.kind, answer.detail) == ("REGISTER_OK", "200 OK")
    expect(page.locator(f"{ROW} .st")).to_have_text("登録中", timeout=2000)


def test_cancel_changes_nothing(satos_row: Page) -> None:
    page = satos_row
    choose(page, CODE, "未使用")
    page.get_by_role("dialog").get_by_role("button", name="キャンセル").click()
    page.locator("form.inline-form select").press("Escape")
    expect(page.locator(f"{ROW} .person b")).to_have_text("佐藤")
    page.reload()
    expect(page.locator(f"{ROW} .person b")).to_have_text("佐藤")


@pytest.mark.parametrize(("size", "theme", "device"), [("desktop", "light", 5), ("narrow", "dark", 7)])
def test_logged_in_logged_out_and_the_password_reset(
    open_screen: Open, size: str, theme: str, device: int
) -> None:
    """S1-105, S1-110, S1-111, D-05, D-10: devices 00005 and 00007 are nobody's, and never were anybody's."""
    screen, code = open_screen("/", size=size, theme=theme), f"{device:05d}"
    page = screen.page
    menu(page, "アカウント一覧")
    reset, person = page.get_by_label(f"アカウント {code} のPWリセット"), f"#device-{device} .person"
    expect(reset).to_have_count(0)
    choose(page, code, "佐藤【3000】")
    expect(page.locator("#toasts")).to_contain_text("編集に成功しました")
    expect(page.locator(f"{person} b")).to_have_text("佐藤")
    screen.assert_sound()
    choose(page, code, "未使用")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(page.locator(person)).to_contain_text("未使用")
    reset.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"アカウント {code} のパスワードをリセットします、よろしいですか")
    expect(dialog).to_contain_text("05:00 から使えます。それまで、この端末は使えません。")
    screen.assert_sound()
    dialog.get_by_role("button", name="リセットする").click()
    expect(page.locator("#toasts")).to_contain_text("パスワードをリセットしました。")


def test_the_settings_sheet_is_a_pdf(page: Page) -> None:
    """S1-108."""
    address = page.get_by_label("アカウント 00001 の設定書PDF").get_attribute("href")
    assert address
    sheet = page.request.get(address)
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.body().startswith(b"%PDF")
