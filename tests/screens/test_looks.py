"""Every screen in both sizes, themes and languages: accessible, nothing scrolls sideways, no script complains."""

from collections.abc import Callable

import pytest

from tests.screens.conftest import Open
from tests.screens.screen import Screen

SCREENS = (
    "/",
    "/history/",
    "/calls/",
    "/calls/summary/",
    "/circle/",
    "/administrators/",
    "/administrators/add/",
    "/administrators/2/",
    "/sign-in-settings/",
    "/sign-in-settings/password/",
    "/sign-in-settings/confirm/",
    "/sign-in-settings/app/",
    "/sign-in-settings/passkeys/add/",
    "/devices/",
    "/devices/1/",
    "/devices/1/?span=week",
    "/devices/1/person/",
    "/people/",
    "/people/register/",
    "/people/1/",
    "/people/stopped/",
    "/people/import/",
    "/people/bulk-edit/",
    "/imports/",
    "/help/",
    "/departments/",
    "/departments/1/",
    "/lines/",
    "/lines/1/",
    "/lines/defaults/",
    "/lines/1/defaults/",
    "/devices/1/calls/",
    "/who-rings/?side=inside&caller=1&digits=2000&registrations=all",
    "/who-rings/?side=outside&line=&number=",
    "/number-check/",
    "/feature-codes/",
    "/operator/",
    "/operator/tenants/1/",
    "/operator/tenants/1/limits/",
    "/operator/tenants/1/lines/register/",
    "/operator/tenants/1/lines/1/",
    "/operator/trunks/",
    "/operator/trunks/register/",
    "/operator/rates/",
    "/operator/rates/register/",
)
LOOKS = [("desktop", "light"), ("narrow", "dark")]


def assert_sound_in_every_look(screen: Screen) -> None:
    """In both sizes and both themes, without loading the page again.

    Twice is enough: what a size changes and what a theme changes are apart in the style sheets.
    """
    for size, theme in LOOKS:
        screen.look(size, theme)
        screen.assert_sound()


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_is_sound(visit: Open, path: str) -> None:
    assert_sound_in_every_look(visit(path))


@pytest.mark.parametrize("path", ["/sign-in/", "/no-such-page/"])
def test_the_pages_outside_are_sound(visit: Open, path: str) -> None:
    screen = visit(path, fresh=True)
    screen.troubles = [text for text in screen.troubles if "404" not in text]
    assert_sound_in_every_look(screen)


def reason(screen: Screen) -> None:
    screen.page.locator("#device-4 button.st").click()
    screen.page.locator("#why-4").wait_for()


def choice(screen: Screen) -> None:
    screen.page.get_by_label("アカウント 00004 のユーザを編集").click()
    screen.page.get_by_label("アカウント 00004 のユーザ", exact=True).wait_for()


def question(screen: Screen) -> None:
    screen.page.goto("/people/")
    screen.page.get_by_label("田中を停止する対象に選択").check()
    screen.page.get_by_role("button", name="選択した項目を停止する").click()
    screen.page.get_by_role("dialog").wait_for()


def errors(screen: Screen) -> None:
    screen.page.goto("/people/register/")
    screen.page.get_by_role("button", name="登録", exact=True).click()
    screen.page.get_by_role("alert").wait_for()


def chips(screen: Screen) -> None:
    screen.page.goto("/people/register/")
    screen.page.get_by_role("combobox", name="アカウント", exact=True).click()
    screen.page.get_by_role("option").first.wait_for()


def menus(screen: Screen) -> None:
    screen.page.get_by_label("言語を選択").click()
    screen.page.get_by_role("button", name="English").wait_for()


@pytest.mark.parametrize("state", [reason, choice, question, errors, chips, menus])
def test_what_opens_on_a_screen_is_sound(open_screen: Open, state: Callable[[Screen], None]) -> None:
    screen = open_screen("/devices/")
    state(screen)
    assert_sound_in_every_look(screen)


def test_on_a_narrow_screen_the_reason_is_a_sheet_at_the_bottom(open_screen: Open) -> None:
    screen = open_screen("/devices/", size="narrow")
    reason(screen)
    box = screen.page.locator("#why-4").bounding_box()
    badge = screen.page.locator("#device-4 button.st").bounding_box()
    assert box
    assert badge
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    assert badge["y"] + badge["height"] <= box["y"]


def test_on_a_narrow_screen_the_menu_is_a_drawer(open_screen: Open) -> None:
    screen = open_screen("/devices/", size="narrow")
    screen.page.get_by_label("メニューを開く").click()
    drawer = screen.page.get_by_role("dialog", name="メニュー")
    screen.assert_sound()
    drawer.get_by_role("link", name="ユーザ一覧", exact=True).click()
    screen.page.get_by_role("heading", name="ユーザ一覧", level=1).wait_for()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path", ["/devices/", "/people/", "/departments/", "/lines/", "/history/", "/calls/"]
)
def test_a_list_stays_in_its_card_at_every_width(called: None, visit: Open, path: str, language: str) -> None:
    """ui-guide: nothing scrolls sideways; English words are longer than Japanese ones."""
    page = visit(path, language=language).page
    for width in (1360, 1280, 1240, 1221, 1220, 1024, 910):
        page.set_viewport_size({"width": width, "height": 900})
        table, card = (
            page.locator("#results table.grid").bounding_box(),
            page.locator("#results .panel:has(table.grid)").bounding_box(),
        )
        assert table
        assert card
        assert table["x"] + table["width"] <= card["x"] + card["width"], width


def test_targets_on_a_narrow_screen_are_big_enough_for_a_finger(open_screen: Open) -> None:
    for path in ("/devices/", "/people/", "/people/register/"):
        page = open_screen(path, size="narrow").page
        for target in page.locator("main :is(.btn, .act, .iconbtn, .control):visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 36, target.evaluate("one => one.outerHTML")


@pytest.mark.parametrize("path", ["/sign-in/", *SCREENS, "/people/register/?errors", "/no-such-page/"])
def test_english_is_complete(visit: Open, path: str) -> None:
    screen = visit(path, language="en", fresh=path == "/sign-in/")
    if "errors" in path:
        screen.page.get_by_role("button", name="Register", exact=True).click()
        screen.page.get_by_role("alert").wait_for()
    assert screen.page.locator("html").get_attribute("lang") == "en"
    assert screen.japanese_left() == []
