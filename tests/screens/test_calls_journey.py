"""通話履歴 after real calls, and 「なぜ未登録?」 of a real phone, as an administrator sees them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from naisen.phones.phone import Phone
from tests.screens.conftest import Open
from tests.screens.test_looks import assert_sound_in_every_look
from tests.screens.test_people_journey import menu

LOGIN = "kmy00003"
SOON_MS = 15000


def test_from_the_menu_to_what_happened_in_a_call(called: None, open_screen: Open, tmp_path: Path) -> None:
    screen = open_screen("/")
    page = screen.page
    menu(page, "通話履歴")
    results = page.locator("#results")
    expect(results).to_contain_text("検索結果: ")
    expect(page.get_by_role("heading", name="この条件の集計")).to_be_visible()
    expect(results.locator(".bars")).to_be_visible()
    page.get_by_label("結果", exact=True).select_option(label="通話")
    page.get_by_label("キーワード").fill("鈴木")
    row = results.locator(".calls tbody tr").first
    for words in ("田中", "1000", "鈴木", "2000", "内線", "通話", "鈴木 (kmy00002)"):
        expect(row).to_contain_text(words)
    expect(results.locator(".calls td", has_text="3000")).to_have_count(0)
    page.get_by_text("表で見る").click()
    assert_sound_in_every_look(screen)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSVでダウンロード").click()
    download.value.save_as(tmp_path / "calls.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "calls.csv").read_text("utf-8-sig"))))
    assert rows[0][:3] == ["日時", "種別", "発信者"]
    assert [row[4] for row in rows[1:]] == ["鈴木"] * (len(rows) - 1)
    row.get_by_role("link").click()
    ladder = page.get_by_role("region", name="この通話で起こったこと")
    for words in (
        "田中 1000 が発信しました。",
        "2000 は鈴木さんの内線番号です。",
        "端末 鈴木 (kmy00002) は登録中です。",
        "応答しました",
    ):
        expect(ladder).to_contain_text(words)
    expect(ladder.locator(".leg")).to_have_count(1)
    assert_sound_in_every_look(screen)


def test_a_call_that_nothing_rang_for_says_why(open_screen: Open, phone_of: Callable[..., Phone]) -> None:
    phone = phone_of("kmy00001")
    phone.register()
    phone.wait_for("REGISTER_OK")
    phone.dial("3000")
    phone.wait_for("CALL_CLOSED")
    page = open_screen("/calls/?q=3000", size="narrow").page
    page.locator(".calls tbody tr").first.get_by_role("link").click()
    ladder = page.get_by_role("region", name="この通話で起こったこと")
    expect(ladder).to_contain_text("端末 佐藤 (kmy00003) は未登録なので鳴りません。")
    expect(ladder).to_contain_text("相手の端末がすべて未登録です")


def test_a_call_in_english(called: None, open_screen: Open) -> None:
    screen = open_screen("/calls/?q=2000", language="en")
    expect(screen.page.get_by_role("heading", name="Summary of these calls")).to_be_visible()
    assert screen.japanese_left() == []
    screen.page.locator(".calls tbody tr").first.get_by_role("link").click()
    expect(screen.page.get_by_role("heading", name="What happened in this call")).to_be_visible()
    assert screen.japanese_left() == []


def test_the_verdict_the_bar_and_the_timeline_follow_a_phone(
    open_screen: Open, phone_of: Callable[..., Phone]
) -> None:
    screen = open_screen("/devices/")
    page = screen.page
    page.goto("/devices/3/")
    expect(page.locator(".live").first).to_have_attribute("data-live", "push")
    verdict = page.locator("#verdict")
    wrong = phone_of(LOGIN, "certainly-not-the-password")
    wrong.register()
    wrong.wait_for("REGISTER_FAIL")
    expect(verdict).to_contain_text("パスワード違い", timeout=SOON_MS)
    expect(verdict).to_contain_text("なぜ未登録?")
    expect(verdict).to_contain_text("127.0.0.1")
    expect(verdict.get_by_role("link", name="設定書PDF")).to_be_visible()
    expect(page.locator(".regbar .refused-mark").first).to_be_visible()
    wrong.stop()
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(verdict).to_contain_text("正常に登録されています。", timeout=SOON_MS)
    page.get_by_role("link", name="7日間").click()
    expect(page.locator(".regbar .f-ok").first).to_be_visible()
    phone.stop()
    expect(verdict).to_contain_text("端末が自分で登録を終えました。", timeout=SOON_MS)
    assert "span=week" in page.url
    assert_sound_in_every_look(screen)
