"""ダッシュボード and 変更履歴, as an administrator uses them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from naisen.phones.phone import Phone
from tests.screens.conftest import Open
from tests.screens.test_people_journey import menu

LOGIN = "kmy00003"
# A page that counts everything is told at most every 2 s.
SOON_MS = 8000
# When one of the demo's own phones is registered again after another one had its device.
BACK_MS = 15_000


def registered(page: Page) -> int:
    return int(page.locator("#dash-registrations .big b").inner_text())


def test_figures_follow_a_phone_before_ones_eyes(open_screen: Open, phone_of: Callable[..., Phone]) -> None:
    page = open_screen("/").page
    expect(page.locator(".live").first).to_have_attribute("data-live", "push")
    page.evaluate("window.stillTheSamePage = true")
    page.get_by_text("表で見る").click()
    attention = page.locator("#dash-attention")
    for name in ("田中 1000", "鈴木 2000"):  # a call test may just have had their phones
        expect(attention).not_to_contain_text(name, timeout=BACK_MS)
    before = registered(page)
    expect(attention).to_contain_text("佐藤")
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(page.locator("#dash-registrations .big b")).to_have_text(str(before + 1), timeout=SOON_MS)
    expect(attention).not_to_contain_text("佐藤", timeout=SOON_MS)
    phone.stop()
    expect(page.locator("#dash-registrations .big b")).to_have_text(str(before), timeout=SOON_MS)
    expect(attention.locator("li").filter(has_text="佐藤")).to_contain_text("端末が終了", timeout=SOON_MS)
    wrong = phone_of(LOGIN, "certainly-not-the-password")
    wrong.register()
    wrong.wait_for("REGISTER_FAIL")
    verdict = attention.locator("li").filter(has_text="佐藤")
    expect(verdict).to_contain_text("パスワード違い", timeout=SOON_MS)
    expect(verdict).to_contain_text("設定書PDFのパスワードを端末に入力し直してください。")
    expect(page.get_by_role("table", name="本日の時間別通話数")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage")


def test_without_the_stream_the_figures_are_asked_for(
    open_screen: Open, phone_of: Callable[..., Phone]
) -> None:
    page = open_screen("/sign-in-settings/").page
    page.route("**/registrations/stream/", lambda route: route.abort())
    page.goto("/")
    expect(page.locator("#dash-attention")).not_to_contain_text("鈴木 2000", timeout=BACK_MS)
    before = registered(page)
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(page.locator("#dash-registrations .big b")).to_have_text(str(before + 1), timeout=9000)


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_from_the_menu_to_the_change_that_one_looks_for(open_screen: Open, size: str, tmp_path: Path) -> None:
    screen = open_screen("/people/1/", size=size)
    page, memo = screen.page, f"2F {size}"
    page.get_by_label("メモ").fill(memo)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("編集に成功しました")
    menu(page, "変更履歴")
    page.get_by_label("対象").select_option(label="ユーザ")
    page.get_by_label("キーワード").fill(memo)
    results = page.locator("#results")
    expect(results).to_contain_text("検索結果: ")
    row = results.locator("tbody tr").first
    for words in ("伊藤 彩", "田中【1000】", "編集", "メモ", memo):
        expect(row).to_contain_text(words)
    screen.assert_sound()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSVでダウンロード").click()
    download.value.save_as(tmp_path / "history.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "history.csv").read_text("utf-8-sig"))))
    assert rows[0] == ["日時", "変更した人", "対象", "名前", "操作", "変更前 → 変更後"]
    assert memo in rows[1][5]
    page.goto("/people/1/")
    page.get_by_role("link", name="変更履歴をすべて見る").click()
    expect(page.locator("#results")).to_contain_text("1件の対象だけを表示しています。")
    expect(page.locator("#results")).to_contain_text(memo)
    page.get_by_label("キーワード").fill("no such words")
    expect(page.locator("#results")).to_contain_text("データがありません。")
