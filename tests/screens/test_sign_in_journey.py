"""Signing in and out, the language and the theme (S1-14, S2-23)."""

from playwright.sync_api import expect

from naisen.runtime.testing.instance import RunningInstance
from tests.screens.conftest import Open
from tests.screens.screen import LOGIN


def test_in_and_out(open_screen: Open, instance: RunningInstance) -> None:
    page = open_screen("/people/", fresh=True).page
    page.get_by_label("ログインID").fill(LOGIN)
    page.get_by_label("パスワード").fill("wrong")
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("alert")).to_have_text("ログインIDまたはパスワードが違います。")
    expect(page.get_by_label("ログインID")).to_have_value(LOGIN)
    password = next(one["password"] for one in instance.credentials()["logins"] if one["login"] == LOGIN)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", name="ユーザ一覧", level=1)).to_be_visible()
    page.get_by_label("伊藤 彩さんのメニュー").click()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()
    page.goto("/people/")
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()


def test_the_language_is_chosen_on_the_page(open_screen: Open) -> None:
    page = open_screen("/sign-in/", fresh=True).page
    page.get_by_label("言語を選択").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_theme_is_chosen_and_kept(open_screen: Open) -> None:
    page = open_screen("/devices/").page
    page.get_by_label("表示の明るさ").click()
    page.get_by_role("button", name="暗い").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
