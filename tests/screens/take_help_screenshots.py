"""Takes the pictures of the help pages: `.venv/bin/python -m tests.screens.take_help_screenshots [CHAPTER …]`.

A demo is started for it, and Chromium opens every screen in both languages. The pictures are WebP, about
40 KB each, and are committed: run it again when a screen has changed, and look at what it wrote.
"""

import base64
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from naisen.runtime.testing.instance import RunningInstance
from tests.screens.screen import FLAGS, LOGIN, OPERATOR

IMAGES = Path(__file__).parents[2] / "docs" / "screens" / "images"
SIZE = ViewportSize(width=1240, height=800)
QUALITY = 72
SETTLED_MS = 1500
LOCALES = {"ja": "ja-JP", "en": "en-US"}

IMPORTED = """ユーザ名,フリガナ,内線番号
高橋 花子,タカハシ ハナコ,4000
伊藤 健,イトウ ケン,1000
渡辺 由紀,ワタナベ ユキ,4002
"""


def stay(page: Page) -> None:
    """The screen as it opens."""


def upload(page: Page) -> None:
    """The preview of a file with one bad row."""
    page.locator("input[type=file]").set_input_files(
        {"name": "users.csv", "mimeType": "text/csv", "buffer": IMPORTED.encode()}
    )
    page.wait_for_url("**/imports/*/**")


def ask_for_sheets(page: Page) -> None:
    """What is said before all sheets are put out."""
    page.locator(".outputs button").first.click()
    page.locator("dialog[open]").wait_for()


def stop_one(page: Page) -> None:
    """One person is stopped, and listed."""
    if page.locator("tbody tr").count() == 0:
        page.goto("/people/")
        page.locator("tbody .c-check input").last.check()
        page.locator("#bulkbar button[type=submit]").click()
        page.locator("dialog[open] .btn-danger").click()
        page.wait_for_load_state()
        page.goto("/people/stopped/")


def tick_two(page: Page) -> None:
    """Two rows are chosen: the bar that acts on them shows."""
    for box in page.locator("tbody .c-check input").all()[3:5]:
        box.check()


def open_a_call(page: Page) -> None:
    """The newest call, stage by stage."""
    page.locator("tbody .c-when a").first.click()
    page.locator(".legs").first.wait_for()


def register_a_trunk(page: Page) -> None:
    """A carrier stands in the list."""
    if page.locator("tbody tr").count() == 0:
        page.goto("/operator/trunks/register/")
        values = {"name": "NTT東日本", "host": "sip.carrier.example", "auth_user": "0312345678"}
        for name, value in {**values, "password": "not a real one", "sources": "203.0.113.0/28"}.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator(".savebar button[type=submit]").click()
        page.wait_for_url("**/operator/trunks/")


def show_the_answer(page: Page) -> None:
    """The answer, and as much of the question above it as there is room for."""
    page.evaluate("document.querySelector('#section-answer').scrollIntoView({ block: 'center' })")


Preparation = Callable[[Page], None]
# Chapter → address, and what is done there before the picture is taken.
SHOTS: dict[str, tuple[str, Preparation]] = {
    "sign_in": ("/sign-in/", stay),
    "home": ("/", stay),
    "people": ("/people/", stay),
    "person_register": ("/people/register/", stay),
    "person_import": ("/people/import/", stay),
    "person_edit": ("/people/1/", stay),
    "bulk_edit": ("/people/bulk-edit/", stay),
    "import_file": ("/people/import/", upload),
    "departments": ("/departments/", stay),
    "devices": ("/devices/", tick_two),
    "device": ("/devices/1/", stay),
    "settings_sheets": ("/devices/", ask_for_sheets),
    "lines": ("/lines/", stay),
    "line_settings": ("/lines/1/", stay),
    "default_lines": ("/lines/1/defaults/", stay),
    "who_rings": ("/who-rings/?side=inside&caller=1&digits=2000&registrations=all", show_the_answer),
    "number_check": ("/number-check/", stay),
    "feature_codes": ("/feature-codes/", stay),
    "operator_tenants": ("/operator/", stay),
    "operator_trunks": ("/operator/trunks/", register_a_trunk),
    "operator_rates": ("/operator/rates/", stay),
    "calls": ("/calls/", stay),
    "call": ("/calls/", open_a_call),
    "history": ("/history/", stay),
    "imports": ("/imports/", stay),
    "tenant_settings": ("/circle/", stay),
    "administrators": ("/administrators/", stay),
    "sign_in_settings": ("/sign-in-settings/", stay),
    # Last: it changes the other lists.
    "stopped_people": ("/people/stopped/", stop_one),
}


def main(chapters: list[str]) -> None:
    """Take the pictures of these chapters, or of all."""
    with RunningInstance() as instance:
        if {"calls", "call"} & set(chapters or SHOTS):
            for callee in ("2000", "1000", "3000"):
                instance.run("call-test", "1000" if callee != "1000" else "2000", callee)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium-headless-shell", args=FLAGS
            )
            for language in LOCALES:
                take_all(browser, instance, language, chapters or list(SHOTS))
            browser.close()


def take_all(browser: Browser, instance: RunningInstance, language: str, chapters: list[str]) -> None:
    """The pictures in one language."""
    outside, inside, operators = (new_context(browser, instance, language) for _ in range(3))
    sign_in(inside.new_page(), instance, LOGIN, "/sign-in/")
    sign_in(operators.new_page(), instance, OPERATOR, "/operator/sign-in/")
    for chapter in chapters:
        address, prepare = SHOTS[chapter]
        context = operators if chapter.startswith("operator") else inside
        page = (outside if chapter == "sign_in" else context).new_page()
        page.goto(address)
        prepare(page)
        page.wait_for_timeout(SETTLED_MS)  # the push stream of some screens never goes idle
        take(page, IMAGES / f"{chapter}{'.en' if language == 'en' else ''}.webp")
        page.close()


def new_context(browser: Browser, instance: RunningInstance, language: str) -> BrowserContext:
    """A browser of its own, light, without movement."""
    return browser.new_context(
        base_url=instance.http,
        viewport=SIZE,
        locale=LOCALES[language],
        color_scheme="light",
        reduced_motion="reduce",
    )


def sign_in(page: Page, instance: RunningInstance, login: str, address: str) -> None:
    """As 株式会社テスト's administrator, or as the operator."""
    password = next(one["password"] for one in instance.credentials()["logins"] if one["login"] == login)
    page.goto(address)
    page.locator("[name=login_id]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("form:has([name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def take(page: Page, path: Path) -> None:
    """Write the window as WebP, which Playwright itself does not know."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(answer["data"]))
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")  # noqa: T201 - a program of its own


if __name__ == "__main__":
    main(sys.argv[1:])
