"""The operator's day: a trunk, a line on it, the limits, and all of it away again (C-07, C-08)."""

from playwright.sync_api import Page, expect

from tests.screens.conftest import Open
from tests.screens.screen import Screen
from tests.screens.test_departments_journey import SIZES, toast
from tests.screens.test_people_journey import menu


def fill(page: Page, **values: str) -> None:
    """By the fields' labels."""
    for label, value in values.items():
        page.get_by_label(label, exact=False).first.fill(value)


def register_trunk(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("link", name="トランクを登録").click()
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("トランク名")
    fill(page, トランク名="NTT西", ホスト="sip.west.example", ユーザ名="user1", パスワード="a password")
    page.get_by_label("発信元アドレス").fill("203.0.113.0/16")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("発信元アドレス")
    page.get_by_label("発信元アドレス").fill("203.0.113.0/28")
    page.get_by_label("パスワード").fill("a password")
    screen.assert_sound()
    page.get_by_role("button", name="登録", exact=True).click()
    toast(page, "登録に成功しました")
    expect(page.locator("tbody tr", has_text="NTT西")).to_contain_text("sip.west.example:5060")


def register_and_edit_line(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("link", name="回線を登録").click()
    expect(page.get_by_label("識別番号")).to_have_value("002")
    fill(page, 回線名="名古屋", 回線番号="052-000-0002")
    page.get_by_label("トランク").select_option(label="NTT西")
    screen.assert_sound()
    page.get_by_role("button", name="登録", exact=True).click()
    toast(page, "登録に成功しました")
    page.get_by_label("名古屋【0520000002】を編集").click()
    page.get_by_label("回線番号").fill("0520000003")
    page.get_by_role("button", name="保存").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0520000002 への電話は鳴らなくなります")
    screen.assert_sound()
    dialog.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")


def set_limits(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("link", name="制限を変更").click()
    page.get_by_role("combobox", name="許可する国").fill("台湾")
    page.get_by_role("option").first.click()
    page.get_by_label("1日の上限").fill("5000")
    screen.assert_sound()
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")
    expect(page.locator(".facts").first).to_contain_text("台湾")
    screen.assert_sound()


def lift_limits(page: Page) -> None:
    page.get_by_role("link", name="制限を変更").click()
    page.get_by_label("台湾 を外す").click()
    page.get_by_label("1日の上限").fill("")
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")


def delete_line(page: Page) -> None:
    page.get_by_label("名古屋【0520000003】を編集").click()
    page.get_by_role("button", name="この回線を削除する").click()
    page.get_by_role("dialog").get_by_role("button", name="削除する").click()
    toast(page, "回線「名古屋【0520000003】」を削除しました")


def delete_trunk(page: Page) -> None:
    page.get_by_label("NTT西を編集").click()
    page.get_by_role("button", name="このトランクを削除する").click()
    page.get_by_role("dialog").get_by_role("button", name="削除する").click()
    toast(page, "トランク「NTT西」を削除しました")


@SIZES
def test_a_trunk_a_line_and_limits(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/operator/", size=size, theme=theme)
    page = screen.page
    menu(page, "トランク一覧")
    screen.assert_sound()
    register_trunk(screen)

    menu(page, "サークル一覧")
    page.get_by_label("株式会社テストの回線と制限").click()
    register_and_edit_line(screen)
    set_limits(screen)
    lift_limits(page)
    delete_line(page)

    menu(page, "トランク一覧")
    delete_trunk(page)
