"""サインインの設定: password, sessions; and the cookies of a portal behind https."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in.models import Login, SignInSession
from naisen.portal.sign_in.tasks import clear_sign_ins
from naisen.portal.sign_in.terminals import name_of
from naisen.portal.tenants import scope

SignIn = Callable[[Login], Client]
PAIR = {"login_id": "kmy-admin", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)


def browser_with(user_agent: str, address: str) -> Client:
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    assert client.post("/sign-in/", PAIR).status_code == 302
    return client


@pytest.fixture
def here(administrator: Login) -> Client:
    return browser_with(CHROME, "192.0.2.1")


def last_action() -> str:
    with scope.scoped(scope.EVERYTHING):
        return str(Entry.objects.filter(object_type="login").latest("pk").action)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox · Windows"),
        (CHROME, "Chrome · Linux"),
        (IPHONE, "Safari · iPhone"),
        ("curl/8", "curl/8"),
    ],
)
def test_a_browser_is_called_by_what_it_is(user_agent: str, name: str) -> None:
    assert name_of(user_agent) == name


def test_the_list_says_where_one_is_signed_in(here: Client) -> None:
    there = browser_with(FIREFOX, "198.51.100.2")
    page = here.get("/sign-in-settings/").content.decode()
    for words in ("Chrome · Linux", "192.0.2.1", "この端末", "Firefox · Windows", "198.51.100.2"):
        assert words in page
    keys = SignInSession.objects.values_list("session_key", flat=True)
    assert not any(key in page for key in keys)
    assert there.get("/people/").status_code == 200


def test_one_other_browser_is_signed_out(here: Client, administrator: Login) -> None:
    there, third = browser_with(FIREFOX, "198.51.100.2"), browser_with(IPHONE, "198.51.100.3")
    page = here.get("/sign-in-settings/").content.decode()
    row = page[page.index("Firefox · Windows") :]
    handle = row.split('name="session" value="')[1].split('"')[0]
    here.post("/sign-in-settings/sessions/end/", {"session": handle})
    assert there.get("/people/").status_code == 302
    assert third.get("/people/").status_code == here.get("/people/").status_code == 200
    assert last_action() == "end_session"


def test_all_other_browsers_are_signed_out(here: Client) -> None:
    there = browser_with(FIREFOX, "198.51.100.2")
    answer = here.post("/sign-in-settings/sessions/end-others/", follow=True)
    assert "1台をログアウトしました" in answer.content.decode()
    assert there.get("/people/").status_code == 302
    assert here.get("/people/").status_code == 200
    assert last_action() == "end_sessions"


def test_a_strangers_session_cannot_be_ended(stranger: Login, here: Client) -> None:
    theirs = Client()
    theirs.post("/sign-in/", {"login_id": "minato-admin", "password": PASSWORD})
    from naisen.portal.sign_in.sessions import handle_of

    session = SignInSession.objects.get(login__login_id="kmy-admin")
    theirs.post("/sign-in-settings/sessions/end/", {"session": handle_of(session)})
    assert here.get("/people/").status_code == 200


def test_last_seen_is_written_at_most_once_a_minute(here: Client) -> None:
    at = timezone.now() - timedelta(minutes=10)
    SignInSession.objects.update(last_seen_at=at)
    here.get("/people/")
    seen = SignInSession.objects.get().last_seen_at
    assert seen > at
    here.get("/people/")
    assert SignInSession.objects.get().last_seen_at == seen


def test_the_password_is_changed_and_other_browsers_are_signed_out(
    here: Client, administrator: Login
) -> None:
    there = browser_with(FIREFOX, "198.51.100.2")
    data = {"old_password": PASSWORD, "new_password": "other words now", "again": "other words now"}
    answer = here.post("/sign-in-settings/password/", data, follow=True)
    assert "パスワードを変更しました。ほかの端末はログアウトしました。" in answer.content.decode()
    assert there.get("/people/").status_code == 302
    assert here.get("/people/").status_code == 200
    administrator.refresh_from_db()
    assert administrator.check_password("other words now")
    assert last_action() == "change_password"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old_password": "wrong"}, "現在のパスワードが違います。"),
        ({"new_password": "short", "again": "short"}, "このパスワードは短すぎます。"),
        ({"new_password": "1357924680", "again": "1357924680"}, "数字しか使われていません"),
        ({"new_password": "password123", "again": "password123"}, "このパスワードは一般的すぎます。"),
        ({"new_password": "kmy-admin-1", "again": "kmy-admin-1"}, "似すぎています"),
        ({"again": "something else"}, "新しいパスワードと一致しません。"),
        ({"new_password": PASSWORD, "again": PASSWORD}, "いまと同じパスワードは使えません。"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(
    here: Client, administrator: Login, change: dict[str, str], words: str
) -> None:
    data = {"old_password": PASSWORD, "new_password": "other words now", "again": "other words now"}
    page = here.post("/sign-in-settings/password/", {**data, **change}).content.decode()
    assert words in page
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_the_present_password_cannot_be_guessed_from_an_open_session(
    here: Client, administrator: Login
) -> None:
    data = {"old_password": "wrong", "new_password": "other words now", "again": "other words now"}
    answers = [here.post("/sign-in-settings/password/", data).status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]


def test_ended_sessions_are_cleared_away(here: Client) -> None:
    SignInSession.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    assert clear_sign_ins(0) >= 1
    assert not SignInSession.objects.exists()


def manage(*words: str, https: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "naisen.portal.manage", *words],
        # A key as long as the runtime makes it.
        env={
            **os.environ,
            "NAISEN_HTTPS": https,
            "NAISEN_DJANGO_KEY_FILE": "",
            "NAISEN_DJANGO_KEY": secrets.token_urlsafe(64),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_behind_https_there_is_nothing_to_warn_of() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", https="1")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("https", "cookies"),
    [("1", "__Host-sessionid __Host-csrftoken True True"), ("0", "sessionid csrftoken False False")],
)
def test_cookies_are_bound_to_the_host_where_browsers_allow_it(https: str, cookies: str) -> None:
    words = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    done = manage("shell", "-v", "0", "-c", words, https=https)
    assert done.stdout.strip() == cookies, done.stderr
