"""ユーザ登録, ユーザ編集, 停止, 再開 and 削除, as a clerk uses them (S1-20 … S1-43, S1-61 … S1-64)."""

import pytest
from playwright.sync_api import Page, expect

from naisen.runtime.testing.instance import RunningInstance
from tests.screens.conftest import Open

SIZES = pytest.mark.parametrize(("size", "extension"), [("desktop", "4000"), ("narrow", "4001")])

STRANGER = "minato-admin"
# More devices that nobody uses than a form shows, so that the last is found on the server alone.
ISSUE = f"""
from naisen.portal.devices.actions import issue_device
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant
scope.set_scope(scope.EVERYTHING)
tenant = Tenant.objects.exclude(logins__login_id="kmy-admin").get(logins__login_id="{STRANGER}")
for number in range(60):
    issue_device(by=None, tenant=tenant, server=LoginServer.objects.first(), login=f"spare{{number:02d}}")
"""


def menu(page: Page, entry: str) -> None:
    """Choose from the menu, which on a narrow screen is a drawer."""
    opener = page.get_by_label("メニューを開く")
    if opener.is_visible():
        opener.click()
    page.get_by_role("navigation", name="主メニュー").get_by_role("link", name=entry, exact=True).click()
    expect(page.get_by_role("heading", name=entry, level=1)).to_be_visible()


def add(page: Page, field: str, words: str) -> None:
    """Search in a chips field and take the first hit, with the keyboard alone."""
    box = page.get_by_role("combobox", name=field, exact=True)
    box.fill(words)
    box.press("Enter")
    box.press("Escape")


def register(page: Page, name: str, extension: str) -> None:
    menu(page, "ユーザ登録")
    page.get_by_label("ユーザ名").fill(name)
    page.get_by_label("フリガナ").fill("たかはし ﾊﾅ")
    page.get_by_label("内線番号").fill(extension)
    page.get_by_label("パスワード", exact=True).fill("8264")
    page.get_by_role("group", name="所属名").get_by_label("営業部").check()
    add(page, "アカウント", "00006")
    add(page, "着信回線", "テスト")
    add(page, "発信回線", "テスト")
    page.get_by_label("ユーザ固有初期回線").select_option(index=1)
    page.get_by_label("内線ダイヤルタイムアウト").fill("45")
    page.get_by_label("メモ").fill("2F 窓側")
    page.get_by_role("button", name="登録", exact=True).click()


@SIZES
def test_from_registration_to_deletion(open_screen: Open, size: str, extension: str) -> None:
    page, name = open_screen("/", size=size).page, f"高橋 {extension}"
    register(page, name, extension)
    expect(page.locator("#toasts")).to_contain_text("登録に成功しました")
    row = page.get_by_role("row", name=name) if size == "desktop" else page.locator("tr", has_text=name)
    for words in (
        "タカハシ ハナ",
        extension,
        "営業部",
        "【ユーザ固有初期回線】",
        "株式会社テスト【0500000000】",
    ):
        expect(row).to_contain_text(words)

    page.get_by_label(f"{name}を編集").click()
    expect(page.get_by_label("メモ")).to_have_value("2F 窓側")
    expect(page.locator(".chip", has_text="kmy00006 [cplus01.jp]")).to_be_visible()
    page.get_by_label("内線ダイヤルタイムアウト").fill("30")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("編集に成功しました")

    page.get_by_label(f"{name}を停止する対象に選択").check()
    page.get_by_role("button", name="選択した項目を停止する").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("選択したユーザを停止します、よろしいですか")
    expect(dialog).to_contain_text(f"{name}【{extension}】")
    expect(dialog).to_contain_text("1台の端末で発信も着信もできなくなります。")
    dialog.get_by_role("button", name="停止する").click()
    expect(page.locator("#toasts")).to_contain_text("1人を停止しました")

    for verb, done in (("再開", "1人を再開しました"), ("削除", "1人を削除しました")):
        if verb == "削除":
            menu(page, "ユーザ一覧")
            page.get_by_label(f"{name}を停止する対象に選択").check()
            page.get_by_role("button", name="選択した項目を停止する").click()
            page.get_by_role("dialog").get_by_role("button", name="停止する").click()
            expect(page.locator("#toasts")).to_contain_text("1人を停止しました")
        menu(page, "停止ユーザ一覧")
        page.get_by_label(f"{name}を選択").check()
        page.get_by_role("button", name=f"選択した項目を{verb}する").click()
        page.get_by_role("dialog").get_by_role("button", name=f"{verb}する").click()
        expect(page.locator("#toasts")).to_contain_text(done)


def test_errors_stand_beside_their_fields_and_the_input_is_kept(open_screen: Open) -> None:
    page = open_screen("/people/register/").page
    page.get_by_label("ユーザ名").fill("高橋")
    page.get_by_label("内線番号").fill("1000")
    add(page, "アカウント", "00006")
    page.get_by_role("button", name="登録", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("内線番号「1000」は「田中」が使用中です。")
    expect(page.get_by_label("ユーザ名")).to_have_value("高橋")
    expect(page.locator(".chip")).to_contain_text("kmy00006 [cplus01.jp]")
    expect(page.get_by_label("内線番号")).to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("内線番号")).to_be_focused()


def test_select_all_and_none(open_screen: Open) -> None:
    """S1-10."""
    page = open_screen("/people/").page
    page.get_by_role("button", name="全て選択する").click()
    expect(page.locator("#bulkbar")).to_contain_text("3人を選択中")
    page.get_by_role("button", name="全ての選択を解除する").first.click()
    expect(page.locator("#bulkbar")).to_be_hidden()


def test_a_chip_is_taken_off_with_its_cross(open_screen: Open) -> None:
    """S1-09, S1-38."""
    page = open_screen("/people/1/").page
    page.get_by_label("kmy00001 [cplus01.jp] を外す").click()
    expect(page.locator(".chip", has_text="kmy00001")).to_have_count(0)
    expect(page.locator(".savebar")).to_contain_text("保存していない変更があります")


def test_a_device_that_the_page_does_not_show_is_found_and_ticked(
    open_screen: Open, instance: RunningInstance
) -> None:
    """S1-38: with hundreds of devices that nobody uses, the form asks the server for what one types."""
    made = instance.run("manage", "shell", "-c", ISSUE, timeout_s=180)
    assert made.returncode == 0, made.stderr
    password = next(one["password"] for one in instance.credentials()["logins"] if one["login"] == STRANGER)
    page = open_screen("/people/register/", fresh=True).page
    page.get_by_label("ログインID").fill(STRANGER)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.get_by_label("ユーザ名").fill("遠い端末の人")
    page.get_by_label("内線番号").fill("4700")
    expect(page.locator("label.chips-option", has_text="spare59")).to_have_count(0)
    box = page.get_by_role("combobox", name="アカウント", exact=True)
    box.fill("spare59")
    expect(page.get_by_role("option", name="spare59")).to_be_visible()
    box.press("Enter")
    box.press("Escape")
    expect(page.locator(".chip", has_text="spare59")).to_be_visible()
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("登録に成功しました")
    page.get_by_label("遠い端末の人を編集").click()
    expect(page.locator(".chip", has_text="spare59")).to_be_visible()
