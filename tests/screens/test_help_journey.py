"""この画面の操作方法 and 説明書PDF on every screen (S1-07)."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from naisen.portal.help_pages.chapters import CHAPTERS
from tests.screens.conftest import Open

LOOKS = [("desktop", "light"), ("narrow", "dark")]
looks = pytest.mark.parametrize(("size", "theme"), LOOKS)


@looks
def test_the_drawer_opens_from_the_right_and_closes(open_screen: Open, size: str, theme: str) -> None:
    screen = open_screen("/devices/", size=size, theme=theme)
    page = screen.page
    opener = page.get_by_role("link", name="この画面の操作方法")
    opener.click()
    drawer = page.get_by_role("dialog", name="この画面の操作方法")
    expect(drawer).to_contain_text("使う人を変える")
    picture = drawer.locator("img").first
    expect(picture).to_be_visible()
    assert picture.evaluate(
        "one => one.complete ? one.naturalWidth : one.decode().then(() => one.naturalWidth)"
    )
    drawer.evaluate("one => Promise.all(one.getAnimations().map(slide => slide.finished)).then(() => true)")
    box = drawer.bounding_box()
    window = page.viewport_size
    assert box
    assert window
    assert abs(box["x"] + box["width"] - window["width"]) <= 1
    screen.assert_sound()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(opener).to_be_focused()
    assert page.url.endswith("/devices/")


def test_the_drawer_is_closed_with_its_cross(open_screen: Open) -> None:
    page = open_screen("/people/", size="narrow").page
    page.get_by_role("link", name="この画面の操作方法").click()
    page.get_by_role("dialog").get_by_role("button", name="閉じる").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "ダッシュボード"),
        ("/people/", "ユーザ一覧"),
        ("/people/register/", "ユーザ登録"),
        ("/people/import/", "CSVインポート"),
        ("/people/1/", "ユーザ編集"),
        ("/people/stopped/", "停止ユーザ一覧"),
        ("/people/bulk-edit/", "ユーザ一括編集"),
        ("/departments/", "所属マスタ"),
        ("/devices/", "アカウント一覧"),
        ("/devices/1/", "アカウントの詳細"),
        ("/lines/", "回線情報一覧"),
        ("/lines/1/", "発着信設定"),
        ("/lines/defaults/", "初期回線一括設定"),
        ("/history/", "変更履歴"),
        ("/imports/", "取り込み履歴"),
        ("/circle/", "サークル設定"),
        ("/administrators/", "管理者"),
        ("/sign-in-settings/", "サインインの設定"),
    ],
)
def test_every_screen_leads_to_its_own_help(visit: Open, path: str, title: str) -> None:
    """S1-07: on the page, and as PDF."""
    page = visit(path).page
    page.get_by_role("link", name="この画面の操作方法").click()
    expect(page.get_by_role("dialog").locator(".help-screen")).to_have_text(title)
    address = page.get_by_role("dialog").get_by_role("link", name="説明書PDF").get_attribute("href")
    assert address
    answer = page.request.get(address)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.body())).pages)
    assert "".join(title.split()) in "".join(text.split())


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("path", ["/help/", "/help/devices/", "/help/person_register/"])
def test_the_pages_without_scripts_are_sound(visit: Open, path: str, fresh: bool) -> None:
    screen = visit(path, fresh=fresh)
    for look in LOOKS:
        screen.look(*look)
        screen.assert_sound()


def test_who_cannot_sign_in_finds_help(open_screen: Open) -> None:
    screen = open_screen("/sign-in/", fresh=True, size="narrow")
    screen.assert_sound()
    screen.page.get_by_role("link", name="この画面の操作方法").click()
    expect(screen.page.get_by_role("dialog")).to_contain_text("入れないとき")
    screen.assert_sound()


def test_from_the_contents_to_a_chapter_and_the_manual(open_screen: Open) -> None:
    page = open_screen("/help/").page
    expect(page.locator(".help-contents li")).to_have_count(len(CHAPTERS))
    manual = page.get_by_role("link", name="ユーザマニュアル").get_attribute("href")
    assert manual
    assert page.request.get(manual).body().startswith(b"%PDF")
    page.get_by_role("link", name="所属マスタ").last.click()
    expect(page.get_by_role("heading", name="所属マスタ", level=1)).to_be_visible()
    page.get_by_role("link", name="ユーザ編集").click()
    expect(page.get_by_role("heading", name="ユーザ編集", level=1)).to_be_visible()


@pytest.mark.parametrize("chapter", [chapter.name for chapter in CHAPTERS])
def test_english_is_complete(visit: Open, chapter: str) -> None:
    screen = visit(f"/help/{chapter}/", language="en", fresh=True)
    assert screen.page.locator("html").get_attribute("lang") == "en"
    left = [word for word in screen.japanese_left() if re.search(r"[ぁ-ん]", word)]
    assert left == []
