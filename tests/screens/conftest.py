"""A real browser (Debian's Chromium) on a real instance."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from naisen.phones.account import Account, ServerAddress
from naisen.phones.phone import Phone
from naisen.runtime.testing.instance import RunningInstance
from tests.screens.screen import FLAGS, LOGIN, OPERATOR, SIZES, Screen

Open = Callable[..., Screen]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(instance: RunningInstance, chromium: Browser) -> Any:
    """The cookies of 株式会社テスト's administrator."""
    return cookies_of(instance, chromium, LOGIN, "/")


@pytest.fixture(scope="session")
def operator_signed_in(instance: RunningInstance, chromium: Browser) -> Any:
    """The cookies of the operator."""
    return cookies_of(instance, chromium, OPERATOR, "/operator/")


def cookies_of(instance: RunningInstance, chromium: Browser, login: str, start: str) -> Any:
    """Those of a browser in which the login has signed in, on the way to its first screen."""
    password = next(one["password"] for one in instance.credentials()["logins"] if one["login"] == login)
    context = chromium.new_context(base_url=instance.http, locale="ja-JP")
    page = context.new_page()
    page.goto(start)
    page.get_by_label("ログインID").fill(login)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url(f"{instance.http}{start}")
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture(scope="session")
def cookies_for(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """A function that gives the cookies with which a path is opened."""

    def cookies(path: str) -> Any:
        return request.getfixturevalue("operator_signed_in" if path.startswith("/operator/") else "signed_in")

    return cookies


@pytest.fixture
def open_screen(
    instance: RunningInstance, chromium: Browser, cookies_for: Callable[[str], Any]
) -> Iterator[Open]:
    """A function that opens a page as the administrator sees it; `fresh` without the sign-in.

    A page below /operator/ is opened as the operator sees it.
    """
    contexts: list[BrowserContext] = []

    def opened(
        path: str = "/",
        *,
        size: str = "desktop",
        theme: Any = "light",
        language: str = "ja",
        fresh: bool = False,
        script: bool = True,
    ) -> Screen:
        context = chromium.new_context(
            base_url=instance.http,
            viewport=SIZES[size],
            color_scheme=theme,
            locale={"ja": "ja-JP", "en": "en-US"}[language],
            has_touch=size == "narrow",
            reduced_motion="reduce",
            java_script_enabled=script,
            storage_state=None if fresh else cookies_for(path),
        )
        contexts.append(context)
        screen = Screen(context.new_page())
        screen.page.goto(path)
        return screen

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def kept_page(
    instance: RunningInstance, chromium: Browser, cookies_for: Callable[[str], Any]
) -> Callable[..., Page]:
    """A function that gives the page in which all paths of one kind are visited."""

    @functools.cache
    def kept(start: str, language: str, *, fresh: bool) -> Page:
        locale = {"ja": "ja-JP", "en": "en-US"}[language]
        cookies = None if fresh else cookies_for(start)
        return chromium.new_context(
            base_url=instance.http, locale=locale, storage_state=cookies, reduced_motion="reduce"
        ).new_page()

    return kept


@pytest.fixture
def visit(kept_page: Callable[..., Page]) -> Iterator[Open]:
    """Like `open_screen`, in a page that is kept, with its cache: for tests that look and change nothing."""
    screens: list[Screen] = []

    def visited(path: str, *, language: str = "ja", fresh: bool = False) -> Screen:
        start = "/operator/" if path.startswith("/operator/") else "/"
        screen = Screen(kept_page(start, language, fresh=fresh))
        screens.append(screen)
        screen.look("desktop", "light")
        screen.page.goto(path)
        return screen

    yield visited
    for screen in screens:
        screen.leave()


@pytest.fixture
def page(open_screen: Open) -> Page:
    """アカウント一覧 on a desktop."""
    return open_screen("/devices/").page


@pytest.fixture
def phone_of(instance: RunningInstance, tmp_path: Path) -> Iterator[Callable[[str], Phone]]:
    """A function that starts a real phone with a demo device's login; it does not register yet."""
    phones: list[Phone] = []
    devices = {device["login"]: device for device in instance.credentials()["devices"]}

    def started(login: str, password: str = "") -> Phone:
        device = devices[login]
        account = Account(login, device["domain"], password or device["password"])
        phone = Phone(
            account, ServerAddress.parse(instance.sip), tmp_path / f"{login}-{len(phones)}", record=False
        )
        phones.append(phone)
        phone.start()
        return phone

    yield started
    for phone in phones:
        phone.stop()


@pytest.fixture(scope="session")
def called(instance: RunningInstance) -> None:
    """田中 has called 鈴木, who answered."""
    made = instance.run("call-test", "1000", "2000")
    assert made.returncode == 0, made.stdout + made.stderr
