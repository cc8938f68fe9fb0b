"""回線情報一覧, 発着信設定 and 初期回線一括設定, as a clerk uses them (S1-90, S1-94, S1-120)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from naisen.runtime.testing.instance import RunningInstance
from tests.screens.conftest import Open
from tests.screens.test_departments_journey import SIZES, choose, toast
from tests.screens.test_people_journey import menu

# Lines come with the contract; the demo has one, and a test of choosing needs two.
WITHOUT_ANOTHER = """
from naisen.portal.lines.models import Line
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant
scope.set_scope(scope.EVERYTHING)
tenant = Tenant.objects.get(domain="kmy.cplus01.jp")
Line.objects.filter(tenant=tenant, code="002").delete()
"""
ANOTHER_LINE = f"""{WITHOUT_ANOTHER}
Line.objects.create(tenant=tenant, code="002", name="大阪", number="0600000002")
"""


@pytest.fixture(scope="module")
def only_here(instance: RunningInstance) -> Iterator[None]:
    yield
    assert instance.run("manage", "shell", "-c", WITHOUT_ANOTHER).returncode == 0


@pytest.fixture(autouse=True)
def another_line(instance: RunningInstance, only_here: None) -> None:
    """A new one for each test; the last goes with the file's tests."""
    assert instance.run("manage", "shell", "-c", ANOTHER_LINE).returncode == 0


def confirm(page: Page, verb: str, *words: str) -> None:
    """Read the dialog and press its button."""
    dialog = page.get_by_role("dialog")
    for sentence in words:
        expect(dialog).to_contain_text(sentence)
    dialog.get_by_role("button", name=verb, exact=True).click()


@SIZES
def test_who_receives_and_who_may_call(open_screen: Open, size: str, theme: str) -> None:
    """S1-120."""
    screen = open_screen("/", size=size, theme=theme)
    page = screen.page
    menu(page, "回線情報一覧")
    screen.assert_sound()
    page.get_by_label("大阪【0600000002】の発着信設定").click()
    choose(page, "着信するユーザ", "たなか", "田中【1000】")
    choose(page, "発信できるユーザ", "3000", "佐藤【3000】")
    page.get_by_label("ダイヤルタイムアウト").fill("20")
    page.get_by_label("所属を鳴らす").check()
    page.get_by_label("鳴らす所属").select_option(label="営業部【100】")
    expect(page.get_by_label("転送先の番号")).to_be_hidden()
    screen.assert_sound()
    page.get_by_role("button", name="保存").click()
    toast(page, "編集に成功しました")
    row = page.locator("tr", has_text="大阪")
    expect(row.get_by_text("1人")).to_have_count(2)

    page.get_by_label("大阪【0600000002】の発着信設定").click()
    page.get_by_label("転送する").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("転送先の番号を入力してください。")
    page.get_by_label("転送先の番号").fill("090-1111-2222")
    page.get_by_label("佐藤【3000】 を外す").click()
    page.get_by_role("button", name="保存").click()
    screen.assert_sound()
    confirm(
        page, "保存", "発着信設定を保存します、よろしいですか", "この回線で発信できなくなるユーザ", "佐藤"
    )
    toast(page, "編集に成功しました")


@SIZES
def test_another_common_line_and_back(open_screen: Open, size: str, theme: str) -> None:
    """S1-94."""
    screen = open_screen("/lines/", size=size, theme=theme)
    page = screen.page
    for line in ("大阪【0600000002】", "株式会社テスト【0500000000】"):
        page.get_by_label(f"{line}を共通初期回線にする").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        screen.assert_sound()
        confirm(page, "共通初期回線にする", "よろしいですか", "鈴木【2000】", "佐藤【3000】")
        toast(page, f"共通初期回線を「{line}」にしました")
        expect(page.locator("tr", has=page.locator(".st-ok"))).to_contain_text(line.split("【")[0])


@SIZES
def test_default_lines_of_many(open_screen: Open, size: str, theme: str) -> None:
    """S1-90: tick, confirm, untick, confirm."""
    screen = open_screen("/", size=size, theme=theme)
    page = screen.page
    menu(page, "初期回線一括設定")
    screen.assert_sound()
    page.get_by_label("大阪【0600000002】の初期回線一括設定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("初期回線一括設定")
    page.get_by_label("佐藤の初期回線として登録").check()
    page.get_by_label("キーワード").fill("すずき")
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_label("佐藤の初期回線として登録")).to_have_count(0)
    page.get_by_role("button", name="全て選択する").click()
    screen.assert_sound()
    page.get_by_role("button", name="選択した項目を登録する").click()
    confirm(
        page,
        "登録する",
        "初期回線の設定を登録します、よろしいですか",
        "この回線が発信回線にも新しく加わるユーザ",
        "鈴木【2000】、佐藤【3000】",
    )
    toast(page, "登録に成功しました")
    for name in ("鈴木", "佐藤"):
        expect(page.locator("tr", has_text=name)).to_contain_text("【ユーザ固有初期回線】")

    page.get_by_role("button", name="全ての選択を解除する").click()
    page.get_by_role("button", name="選択した項目を登録する").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    screen.assert_sound()
    confirm(page, "登録する", "共通初期回線「株式会社テスト【0500000000】」に戻るユーザ")
    toast(page, "登録に成功しました")
    expect(page.locator("tr", has_text="佐藤")).to_contain_text("【共通初期回線】")
    page.get_by_role("link", name="初期回線一括設定 回線一覧へ戻る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("初期回線一括設定 回線一覧")
