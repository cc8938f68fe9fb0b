"""管理者 and サインインの設定: from a new login to a passkey, in a real browser with a virtual authenticator."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from naisen.portal.sign_in import totp
from naisen.runtime.testing.instance import RunningInstance
from tests.screens.conftest import Open
from tests.screens.screen import SIZES, Screen
from tests.screens.test_people_journey import menu

OWN_WORDS = "words of my own, long enough"


@pytest.fixture
def localhost(instance: RunningInstance) -> str:
    """The instance's address as a name: browsers allow passkeys on http://localhost, and on no IP address."""
    return instance.http.replace("127.0.0.1", "localhost")


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def browser_at(chromium: Browser, contexts: list[BrowserContext], address: str, size: str) -> Screen:
    """A browser of somebody else, with an authenticator that says yes."""
    context = chromium.new_context(base_url=address, viewport=SIZES[size], locale="ja-JP")
    contexts.append(context)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Screen(page)


def sign_in(page: Page, login_id: str, password: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("ログインID").fill(login_id)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()


def sign_out(page: Page, name: str) -> None:
    page.get_by_label(f"{name}さんのメニュー").click()
    page.get_by_role("button", name="ログアウト", exact=True).click()
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()


def to_settings(page: Page, name: str) -> None:
    page.get_by_label(f"{name}さんのメニュー").click()
    page.get_by_role("link", name="サインインの設定").click()
    expect(page.get_by_role("heading", name="サインインの設定", level=1)).to_be_visible()


def add_login(page: Page, login_id: str, name: str) -> str:
    """From the menu to the one-time password."""
    menu(page, "管理者")
    page.get_by_role("link", name="管理者を追加").click()
    page.get_by_label("ログインID").fill(login_id)
    page.get_by_label("氏名").fill(name)
    page.get_by_label("閲覧のみ", exact=True).check()
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("heading", name="仮パスワード", level=1)).to_be_visible()
    return page.locator("#one-time-password").inner_text()


def choose_a_password(theirs: Screen, login_id: str, password: str) -> None:
    """The first sign-in, with the one-time password, asks for another one."""
    page = theirs.page
    sign_in(page, login_id, password)
    expect(page.get_by_text("いまのパスワードは仮のものです。")).to_be_visible()
    theirs.assert_sound()
    page.get_by_label("現在のパスワード").fill(password)
    page.locator("#id_new_password").fill(OWN_WORDS)
    page.get_by_label("新しいパスワード(確認)").fill(OWN_WORDS)
    page.get_by_role("button", name="パスワードを変更").click()
    expect(page.locator("#toasts")).to_contain_text("パスワードを変更しました。")


def set_up_app(theirs: Screen) -> tuple[str, str]:
    """The secret, and one of the recovery codes."""
    page = theirs.page
    page.get_by_role("link", name="認証アプリを設定").click()
    theirs.assert_sound()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("認証コード").fill(totp.code_of(secret, int(time.time()) // totp.STEP_S))
    page.get_by_role("button", name="設定する").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery_code = page.locator(".codes li").first.inner_text()
    theirs.assert_sound()
    page.get_by_role("link", name="保管しました").click()
    return secret, recovery_code


def take_second_step(theirs: Screen, login_id: str, code: str) -> None:
    page = theirs.page
    sign_in(page, login_id, OWN_WORDS)
    expect(page.get_by_role("heading", name="2段階認証")).to_be_visible()
    theirs.assert_sound()
    page.get_by_label("認証コード").fill(code)
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("heading", name="ダッシュボード", level=1)).to_be_visible()


def register_passkey(theirs: Screen) -> None:
    page = theirs.page
    page.get_by_role("link", name="パスキーを登録").click()
    page.get_by_label("名前").fill("机のPC")
    theirs.assert_sound()
    page.get_by_role("button", name="パスキーを登録").click()
    expect(page.locator("#toasts")).to_contain_text("パスキーを登録しました")
    expect(page.get_by_text("机のPC", exact=True)).to_be_visible()
    theirs.assert_sound()


def remove_passkey(page: Page) -> None:
    page.get_by_label("パスキー「机のPC」を削除").click()
    page.get_by_role("dialog").get_by_role("button", name="削除する").click()
    expect(page.locator("#toasts")).to_contain_text("パスキーを削除しました")


def disable_login(owner: Screen, name: str) -> None:
    menu(owner.page, "管理者")
    owner.page.get_by_label(f"{name}を編集").click()
    disable = owner.page.get_by_role("button", name="この管理者を無効にする")
    disable.wait_for()
    owner.assert_sound()
    disable.click()
    dialog = owner.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{name}さんを無効にします、よろしいですか")
    dialog.get_by_role("button", name="無効にする").click()
    expect(owner.page.locator("#toasts")).to_contain_text(f"{name}さんを無効にしました")


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_from_a_new_login_to_a_passkey_and_out(
    open_screen: Open, chromium: Browser, contexts: list[BrowserContext], localhost: str, size: str
) -> None:
    login_id, name = f"kmy-{size}-{int(time.time())}", f"山本 {size}"
    owner = open_screen("/", size=size)
    password = add_login(owner.page, login_id, name)
    owner.assert_sound()
    theirs = browser_at(chromium, contexts, localhost, size)
    page = theirs.page
    choose_a_password(theirs, login_id, password)
    secret, recovery_code = set_up_app(theirs)

    sign_out(page, name)
    take_second_step(theirs, login_id, totp.code_of(secret, int(time.time()) // totp.STEP_S + 1))
    to_settings(page, name)
    register_passkey(theirs)

    sign_out(page, name)
    page.get_by_role("button", name="パスキーでログイン").click()
    expect(page.get_by_role("heading", name="ダッシュボード", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="ユーザ登録")).to_have_count(0)

    other = browser_at(chromium, contexts, localhost, size)
    take_second_step(other, login_id, recovery_code)
    to_settings(page, name)
    expect(page.get_by_text("残り 9 個")).to_be_visible()
    page.get_by_role("button", name="ほかの端末をすべてログアウト").click()
    expect(page.locator("#toasts")).to_contain_text("1台をログアウトしました")
    other.page.reload()
    expect(other.page.get_by_role("heading", name="ログイン")).to_be_visible()
    remove_passkey(page)

    disable_login(owner, name)
    page.reload()
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()


def test_a_passkey_that_is_cancelled_says_what_to_do(
    chromium: Browser, contexts: list[BrowserContext], localhost: str
) -> None:
    """Nothing that fits on this device: the page stays, with a sentence."""
    page = browser_at(chromium, contexts, localhost, "desktop").page
    page.goto("/sign-in/")
    page.get_by_role("button", name="パスキーでログイン").click()
    expect(page.get_by_role("alert")).to_contain_text("パスキーを使えませんでした。", timeout=90_000)


def test_at_an_ip_address_the_page_says_why_there_are_no_passkeys(open_screen: Open) -> None:
    page = open_screen("/sign-in-settings/").page
    expect(page.get_by_text("IPアドレス(127.0.0.1)で開いているため、パスキーは使えません。")).to_be_visible()
    expect(page.get_by_role("link", name="パスキーを登録")).to_have_count(0)


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_a_reader_sees_everything_and_finds_no_button(
    chromium: Browser, contexts: list[BrowserContext], instance: RunningInstance, size: str
) -> None:
    logins = {login["role"]: login for login in instance.credentials()["logins"]}
    reader = logins["tenant-reader"]
    screen = browser_at(chromium, contexts, instance.http, size)
    page = screen.page
    sign_in(page, reader["login"], reader["password"])
    expect(page.get_by_role("heading", name="ダッシュボード", level=1)).to_be_visible()
    for entry in ("ユーザ一覧", "アカウント一覧", "所属マスタ", "回線情報一覧", "変更履歴", "管理者"):
        menu(page, entry)
        expect(page.locator("main").get_by_role("button", name="登録", exact=True)).to_have_count(0)
        expect(page.locator("main a[href*='settings-sheet']")).to_have_count(0)
        screen.assert_sound()
