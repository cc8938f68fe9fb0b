"""What a phone does shows in the browser within two seconds, without a reload (S1-109)."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from naisen.phones.phone import Phone
from tests.screens.conftest import Open

LOGIN, ROW = "kmy00003", "#device-3"
AT_ONCE_MS = 2000
BY_POLL_MS = 7000

PhoneOf = Callable[..., Phone]


def wait_for_the_stream(page: Page) -> None:
    expect(page.locator(".live").first).to_have_attribute("data-live", "push")
    page.evaluate("window.stillTheSamePage = true")


def test_a_phone_registers_and_drops_before_ones_eyes(page: Page, phone_of: PhoneOf) -> None:
    wait_for_the_stream(page)
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    badge = page.locator(f"{ROW} .st")
    expect(badge).to_have_text("登録中", timeout=AT_ONCE_MS)
    expect(page.locator(f"{ROW} .st-sub")).to_contain_text("baresip")
    phone.stop()
    expect(badge).to_contain_text("未登録", timeout=AT_ONCE_MS)
    expect(page.locator(f"{ROW} .st-sub")).to_have_text("端末が終了")
    assert page.evaluate("window.stillTheSamePage")


def test_a_wrong_password_says_so_with_time_and_address(page: Page, phone_of: PhoneOf) -> None:
    wait_for_the_stream(page)
    phone = phone_of(LOGIN, "certainly-not-the-password")
    phone.register()
    phone.wait_for("REGISTER_FAIL")
    expect(page.locator(f"{ROW} .st-sub")).to_have_text("パスワード違い", timeout=AT_ONCE_MS)
    page.locator(f"{ROW} button.st").click()
    why = page.locator("#why-3")
    expect(why).to_contain_text("端末のパスワードが一致しません。")
    expect(why).to_contain_text("設定書PDFのパスワードを端末に入力し直してください。")
    expect(why).to_contain_text("127.0.0.1")
    expect(why).to_contain_text(time.strftime("%Y-"))
    page.keyboard.press("Escape")
    why.get_by_role("link", name="登録の履歴を見る").dispatch_event("click")
    expect(page.get_by_role("heading", name="アカウント 00003")).to_be_visible()
    expect(page.get_by_role("region", name="登録の履歴")).to_contain_text("拒否: パスワード違い")


def test_without_the_stream_the_page_asks(open_screen: Open, phone_of: PhoneOf) -> None:
    page = open_screen("/sign-in/").page
    page.route("**/registrations/stream/", lambda route: route.abort())
    page.goto("/devices/")
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(page.locator(f"{ROW} .st")).to_have_text("登録中", timeout=BY_POLL_MS)


def test_the_devices_page_follows_too(open_screen: Open, phone_of: PhoneOf) -> None:
    page = open_screen("/devices/3/").page
    wait_for_the_stream(page)
    phone = phone_of(LOGIN)
    phone.register()
    phone.wait_for("REGISTER_OK")
    expect(page.locator("#device-now .st")).to_have_text("登録中", timeout=AT_ONCE_MS)
    expect(page.get_by_role("region", name="登録の履歴").locator("li").first).to_contain_text(
        "登録", timeout=AT_ONCE_MS
    )
