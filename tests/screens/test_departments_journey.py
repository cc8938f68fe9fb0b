"""所属マスタ, as a clerk uses it (S1-80 … S1-85)."""

import pytest
from playwright.sync_api import Page, expect

from tests.screens.conftest import Open
from tests.screens.screen import Screen
from tests.screens.test_people_journey import menu

SIZES = pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("narrow", "dark")])


def choose(page: Page, field: str, words: str, hit: str) -> None:
    """Search for a person in a chips field and take the hit."""
    page.get_by_role("combobox", name=field, exact=True).fill(words)
    page.get_by_role("option", name=hit).click()
    expect(page.locator(".chip", has_text=hit)).to_be_visible()
    page.get_by_role("combobox", name=field, exact=True).press("Escape")


def toast(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


@SIZES
def test_from_registration_to_deletion(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/", size=size, theme=theme)
    page, name, number = screen.page, f"サポート {size}", "201" if size == "desktop" else "202"
    menu(page, "所属マスタ")
    page.get_by_label("所属名").fill(name)
    page.get_by_label("所属共通内線番号").fill(number)
    page.get_by_label("使用しない").check()
    choose(page, "ユーザ", "さとう", "佐藤【3000】")
    choose(page, "ユーザ", "2000", "鈴木【2000】")
    screen.assert_sound()
    page.get_by_role("button", name="登録", exact=True).click()
    toast(page, "登録に成功しました")
    expect(page.locator("tr", has_text=name)).to_contain_text(number)
    expect(page.locator("tr", has_text=name)).to_contain_text("2人")

    page.get_by_label(f"{name}を編集").click()
    page.get_by_label("佐藤【3000】 を外す").click()
    page.get_by_label("ダイヤルタイムアウト").fill("30")
    expect(page.locator(".savebar")).to_contain_text("保存していない変更があります")
    screen.assert_sound()
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")
    expect(page.locator("tr", has_text=name)).to_contain_text("1人")

    page.get_by_label(f"{name}を削除する対象に選択").check()
    page.get_by_role("button", name="選択した項目を削除する").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("選択した所属を削除します、よろしいですか")
    expect(dialog).to_contain_text("この番号で鳴らなくなるユーザ: 鈴木【2000】。")
    screen.assert_sound()
    dialog.get_by_role("button", name="削除する").click()
    toast(page, "1件の所属を削除しました")
    expect(page.locator("tr", has_text=name)).to_have_count(0)


def test_the_number_of_somebody_else_is_refused_and_the_input_kept(open_screen: Open) -> None:
    """S1-80."""
    page = open_screen("/departments/").page
    page.get_by_label("所属名").fill("総務")
    page.get_by_label("所属共通内線番号").fill("1000")
    choose(page, "ユーザ", "田中", "田中【1000】")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("内線番号「1000」は「田中」が使用中です。")
    expect(page.get_by_label("所属名")).to_have_value("総務")
    expect(page.locator(".chip")).to_have_text("田中【1000】")


def test_without_a_script_everything_works_too(open_screen: Open) -> None:
    """S1-84: a checkbox list, as in the manual."""
    page = open_screen("/departments/", script=False).page
    page.get_by_label("所属名").fill("受付")
    page.get_by_label("所属共通内線番号").fill("203")
    page.get_by_label("田中【1000】").check()
    page.get_by_role("button", name="登録", exact=True).click()
    toast(page, "登録に成功しました")
    row = page.locator("tr", has_text="受付")
    expect(row).to_contain_text("1人")
    page.get_by_label("受付を削除する対象に選択").check()
    page.get_by_role("button", name="選択した項目を削除する").click()
    expect(page.get_by_text("選択した所属を削除します、よろしいですか")).to_be_visible()
    page.get_by_role("button", name="削除する").click()
    toast(page, "1件の所属を削除しました")


def test_the_search_is_worked_with_the_keyboard_alone(open_screen: Open) -> None:
    """S1-09."""
    screen: Screen = open_screen("/departments/1/")
    box = screen.page.get_by_role("combobox", name="ユーザ", exact=True)
    box.fill("さとう")
    expect(screen.page.get_by_role("option", name="佐藤【3000】")).to_be_visible()
    box.press("Enter")
    expect(screen.page.locator(".chip", has_text="佐藤【3000】")).to_be_visible()
    box.press("Backspace")
    expect(screen.page.locator(".chip", has_text="佐藤【3000】")).to_have_count(0)
