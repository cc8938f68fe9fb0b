"""サークル設定 and 停止ユーザ一覧: from the menu to the success message (D-01, S1-61, S1-63, S1-64)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from naisen.phones.phone import Phone
from tests.screens.conftest import Open
from tests.screens.screen import Screen
from tests.screens.test_departments_journey import toast
from tests.screens.test_people_journey import menu

LOOKS = pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("narrow", "dark")])
EXTENSIONS = {"desktop": "4501", "narrow": "4502"}
SPARE = "kmy00007"
AT_ONCE_MS = 4000


def switch(screen: Screen, choice: str, *words: str) -> None:
    """Choose 使用する or 使用しない, read what will happen, and save."""
    page = screen.page
    menu(page, "サークル設定")
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="保存").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"端末操作でのログインを「{choice}」にします、よろしいですか")
    for sentence in words:
        expect(dialog).to_contain_text(sentence)
    screen.assert_sound()
    dialog.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")
    expect(page.get_by_label(choice, exact=True)).to_be_checked()


@LOOKS
def test_login_from_the_phone_is_switched_on_and_off(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    switch(screen, "使用する", "台が接続できるようになり、「ログイン待ち」と表示されます。")
    expect(screen.page.get_by_text("端末操作でのログイン: 使用しない → 使用する").first).to_be_visible()
    screen.assert_sound()
    switch(screen, "使用しない", "台は接続できなくなります。")


def test_a_spare_phone_waits_for_a_login_and_is_cut_off(
    open_screen: Open, phone_of: Callable[..., Phone]
) -> None:
    """S1-105, D-01: refused, then ログイン待ち, then dropped and refused again."""
    screen = open_screen("/")
    page, phone = screen.page, phone_of(SPARE)
    phone.register()
    assert phone.wait_for("REGISTER_OK", "REGISTER_FAIL").kind == "REGISTER_FAIL"
    switch(screen, "使用する")
    seen = len(phone.events)
    phone.register_again()
    assert phone.wait_for("REGISTER_OK", "REGISTER_FAIL", since=seen).kind == "REGISTER_OK"
    menu(page, "アカウント一覧")
    expect(page.locator("#device-7 .st")).to_have_text("ログイン待ち")
    screen.assert_sound()
    switch(screen, "使用しない", "そのうちログイン待ちの1台は、すぐに切れます。")
    menu(page, "アカウント一覧")
    expect(page.locator("#device-7 .st")).to_contain_text("未登録", timeout=AT_ONCE_MS)
    expect(page.locator("#device-7 .st-sub")).to_have_text("未使用")


def register(page: Page, name: str, extension: str) -> None:
    menu(page, "ユーザ登録")
    page.get_by_label("ユーザ名").fill(name)
    page.get_by_label("内線番号").fill(extension)
    page.get_by_role("button", name="登録", exact=True).click()
    toast(page, "登録に成功しました")


def act(screen: Screen, name: str, verb: str, *words: str) -> None:
    """Tick one stopped person and carry out `verb`, having read the question."""
    page = screen.page
    page.get_by_label(f"{name}を選択").check()
    page.get_by_role("button", name=f"選択した項目を{verb}する").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"選択したユーザを{verb}します、よろしいですか")
    for sentence in words:
        expect(dialog).to_contain_text(sentence)
    screen.assert_sound()
    dialog.get_by_role("button", name=f"{verb}する").click()
    toast(page, f"1人を{verb}しました")


@LOOKS
def test_stopped_people_are_resumed_or_deleted(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    page, extension = screen.page, EXTENSIONS[size]
    name = f"停止 {extension}"
    register(page, name, extension)
    for verb in ("再開", "削除"):
        menu(page, "ユーザ一覧")
        page.get_by_label(f"{name}を停止する対象に選択").check()
        page.get_by_role("button", name="選択した項目を停止する").click()
        page.get_by_role("dialog").get_by_role("button", name="停止する").click()
        toast(page, "1人を停止しました")
        menu(page, "停止ユーザ一覧")
        screen.assert_sound()
        act(screen, name, verb, f"{name}【{extension}】", *(["元に戻せません"] if verb == "削除" else []))
    menu(page, "停止ユーザ一覧")
    expect(page.get_by_label(f"{name}を選択")).to_have_count(0)
