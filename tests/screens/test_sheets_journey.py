"""設定書PDF一覧 and its three sisters, and the bar of アカウント一覧 (S1-10, S1-101, S1-110)."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect
from pypdf import PdfReader

from naisen.runtime.testing.instance import RunningInstance
from tests.screens.conftest import Open
from tests.screens.screen import Screen

SIZES = pytest.mark.parametrize("size", ["desktop", "narrow"])
OUTPUTS = ["設定書PDF一覧", "設定書CSV一覧", "モバイル(Call)PDF一覧", "モバイル(Call)CSV一覧"]
STRANGER = "minato-admin"
MANY = 301
ISSUE = f"""
from naisen.portal.devices.actions import issue_device
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant
scope.set_scope(scope.EVERYTHING)
tenant = Tenant.objects.exclude(logins__login_id="kmy-admin").get(logins__login_id="{STRANGER}")
for number in range({MANY}):
    issue_device(by=None, tenant=tenant, server=LoginServer.objects.first(), login=f"more{{number:05d}}")
"""


def content(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("size", "label"), [*(("desktop", label) for label in OUTPUTS), ("narrow", OUTPUTS[0])]
)
def test_all_devices_at_once(open_screen: Open, tmp_path: Path, size: str, label: str) -> None:
    """S1-101: from the list, over a confirmation that says how many, to the file."""
    page = open_screen("/devices/", size=size).page
    page.get_by_role("button", name=label).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{label}として7件を出力します、よろしいですか")
    expect(dialog).to_contain_text("パスワードを含みます。")
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="出力する").click()
    made = content(waiting.value, tmp_path)
    expect(dialog).to_be_hidden()
    if "PDF" in label:
        assert len(PdfReader(io.BytesIO(made)).pages) == 7
    else:
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == [f"{number:05d}" for number in range(1, 8)]


def test_the_search_narrows_it(open_screen: Open) -> None:
    page = open_screen("/devices/").page
    page.get_by_label("キーワード").fill("すずき")
    expect(page.locator("#results")).to_contain_text("検索結果: 1件")
    page.get_by_role("button", name="設定書CSV一覧").click()
    expect(page.get_by_role("dialog")).to_contain_text("検索結果の1件だけです。全7件を出力するには")
    page.get_by_role("dialog").get_by_role("button", name="キャンセル").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@SIZES
def test_several_are_chosen_and_act_together(open_screen: Open, tmp_path: Path, size: str) -> None:
    """S1-10, S1-105: the bar names how many, the dialog what happens to which."""
    page = open_screen("/devices/", size=size).page
    bar = page.locator("#bulkbar")
    expect(bar).to_be_hidden()
    page.get_by_role("button", name="全て選択する").click()
    expect(bar).to_contain_text("7件を選択中")
    page.get_by_role("button", name="全ての選択を解除する").first.click()
    expect(bar).to_be_hidden()
    for code in ("00002", "00007"):
        page.get_by_label(f"アカウント {code} を選択").check()
    expect(bar).to_contain_text("2件を選択中")
    bar.get_by_role("button", name="設定書PDF").click()
    with page.expect_download() as waiting:
        page.get_by_role("dialog").get_by_role("button", name="出力する").click()
    assert len(PdfReader(io.BytesIO(content(waiting.value, tmp_path))).pages) == 2
    bar.get_by_role("button", name="未使用にする").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("選択したアカウントを未使用にします、よろしいですか")
    expect(dialog).to_contain_text("00002 鈴木【2000】")
    expect(dialog).to_contain_text("すでに未使用です。")
    expect(dialog.get_by_role("button", name="キャンセル")).to_be_focused()
    dialog.get_by_role("button", name="キャンセル").click()
    page.get_by_label("アカウント 00007 を選択").uncheck()  # which another journey may have used
    bar.get_by_role("button", name="PWリセット").click()
    expect(page.locator("#toasts")).to_contain_text("いまは未使用のアカウントだけでできます。")


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("narrow", "dark")])
def test_bar_and_confirmation_are_sound(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/devices/", size=size, theme=theme)
    screen.page.get_by_label("アカウント 00001 を選択").check()
    screen.assert_sound()
    screen.page.locator("#bulkbar").get_by_role("button", name="未使用にする").click()
    screen.page.get_by_role("dialog").wait_for()
    screen.assert_sound()


def test_both_sheets_are_shown_after_a_reset(open_screen: Open) -> None:
    """S1-111, D-05: the list and the device's page say which sheet works from when."""
    page = open_screen("/devices/").page
    row = page.locator("tr", has_text="00006")
    for person in ("佐藤【3000】", "未使用"):
        page.get_by_label("アカウント 00006 のユーザを編集").click()
        page.get_by_label("アカウント 00006 のユーザ", exact=True).select_option(label=person)
        page.locator("form.inline-form").get_by_role("button", name="保存").click()
        if person == "未使用":
            page.get_by_role("dialog").get_by_role("button", name="保存").click()
        else:
            expect(row.locator(".person b")).to_have_text("佐藤")
    page.get_by_label("アカウント 00006 のPWリセット").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("もう使えません。登録中の端末は、すぐに切れます。")
    expect(dialog).to_contain_text("明日 05:00 から使えます。出力はすぐにできます。")
    dialog.get_by_role("button", name="リセットする").click()
    expect(row).to_contain_text("明日 05:00 から使えます")
    expect(row).to_contain_text("前の設定書はもう使えません")
    row.get_by_role("link", name="アカウント 00006 の詳細").click()
    expect(page.locator("main")).to_contain_text("明日 05:00 から使えます")
    expect(page.locator("main")).to_contain_text("前の設定書")


@pytest.fixture
def strangers_list(instance: RunningInstance, open_screen: Open) -> Screen:
    """The list of another customer, who has more devices than are put out at once."""
    made = instance.run("manage", "shell", "-c", ISSUE, timeout_s=180)
    assert made.returncode == 0, made.stderr
    password = next(one["password"] for one in instance.credentials()["logins"] if one["login"] == STRANGER)
    screen = open_screen("/devices/", fresh=True)
    screen.page.get_by_label("ログインID").fill(STRANGER)
    screen.page.get_by_label("パスワード").fill(password)
    screen.page.get_by_role("button", name="ログイン", exact=True).click()
    screen.page.get_by_role("heading", name="アカウント一覧", level=1).wait_for()
    return screen


def test_a_large_output_is_made_by_the_worker_and_fetched_once(
    strangers_list: Screen, instance: RunningInstance, tmp_path: Path
) -> None:
    """S1-101: progress on the page, then one download, then nothing is left on the disk."""
    page: Page = strangers_list.page
    page.get_by_role("button", name="モバイル(Call)PDF一覧").click()
    page.get_by_role("dialog").get_by_role("button", name="出力する").click()
    expect(page.get_by_role("heading", name="モバイル(Call)PDF一覧", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="できあがりました")).to_be_visible(timeout=60_000)
    strangers_list.assert_sound()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ダウンロード").click()
    assert len(PdfReader(io.BytesIO(content(waiting.value, tmp_path))).pages) > MANY
    page.reload()
    expect(page.get_by_role("heading", name="ダウンロード済みです")).to_be_visible()
    assert list((instance.data / "sheets").iterdir()) == []
