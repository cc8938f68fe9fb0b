"""The second step of a sign-in: authenticator app, recovery codes, passkeys; and how they are set up."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal import sealing
from naisen.portal.audit.models import Entry
from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in import second_step, sessions, totp
from naisen.portal.sign_in.models import AuthenticatorApp, Login, Passkey, RecoveryCode
from naisen.portal.sign_in.tests.authenticator import Authenticator
from naisen.portal.tenants import scope

SignIn = Callable[[Login], Client]
PAIR = {"login_id": "kmy-admin", "password": PASSWORD}
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238's "12345678901234567890"


def at_localhost() -> Client:
    """A browser at http://localhost, where browsers allow passkeys."""
    return Client(HTTP_HOST="localhost")


@pytest.fixture
def browser(administrator: Login) -> Client:
    """Signed in at http://localhost with the password, a moment ago."""
    client = at_localhost()
    client.post("/sign-in/", PAIR)
    return client


@pytest.fixture
def app(administrator: Login) -> str:
    """The secret of an authenticator app that is set up."""
    secret = totp.new_secret()
    earlier = totp.step_at(timezone.now()) - 5
    sealed = sealing.seal(secret, bound_to=f"authenticator app|{administrator.pk}")
    AuthenticatorApp.objects.create(login=administrator, secret=sealed, last_step=earlier)
    return secret


def code_now(secret: str) -> str:
    return totp.code_of(secret, totp.step_at(timezone.now()))


def wrong_for(secret: str) -> str:
    return f"{(int(code_now(secret)) + 500_000) % 1_000_000:06d}"


def actions() -> list[str]:
    with scope.scoped(scope.EVERYTHING):
        return list(
            Entry.objects.filter(object_type="login").order_by("sequence").values_list("action", flat=True)
        )


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_rfc(at: int, code: str) -> None:
    """RFC 6238, appendix B (SHA-1), the last six of its eight digits."""
    assert totp.code_of(SECRET, totp.step_at(datetime.fromtimestamp(at, UTC))) == code


def test_a_phones_clock_may_be_half_a_minute_off_but_not_two() -> None:
    now = timezone.now()
    for minutes, expected in ((0.0, True), (0.5, True), (-0.5, True), (2, False), (-2, False)):
        code = totp.code_of(SECRET, totp.step_at(now + timedelta(minutes=minutes)))
        assert (totp.matching_step(SECRET, code, at=now) is not None) == expected


def test_an_app_is_set_up_with_its_first_code(browser: Client, administrator: Login) -> None:
    page = browser.get("/sign-in-settings/app/").content.decode()
    match = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert match
    assert 'src="data:image/svg+xml;base64,' in page
    secret = match[1].replace(" ", "")
    wrong = browser.post("/sign-in-settings/app/", {"code": wrong_for(secret)}).content.decode()
    assert "コードが違います。" in wrong
    assert match[1] in wrong
    assert not AuthenticatorApp.objects.exists()
    done = browser.post("/sign-in-settings/app/", {"code": code_now(secret)}).content.decode()
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", done)
    assert len(codes) == second_step.RECOVERY_CODES
    assert actions() == ["add_app"]
    assert secret.encode() not in bytes(AuthenticatorApp.objects.get().secret)
    assert not RecoveryCode.objects.filter(code_hash__in=codes).exists()
    assert "設定済み" in browser.get("/sign-in-settings/").content.decode()


def test_with_an_app_the_password_alone_signs_nobody_in(app: str, client: Client) -> None:
    first = client.post("/sign-in/", {**PAIR, "next": "/people/"})
    assert first.headers["Location"] == "/sign-in/second-step/?next=%2Fpeople%2F"
    assert client.get("/people/").status_code == 302
    wrong = client.post("/sign-in/second-step/", {"code": wrong_for(app), "next": "/people/"})
    assert "認証コードが違います。" in wrong.content.decode()
    right = client.post(
        "/sign-in/second-step/", {"code": f" {code_now(app)[:3]} {code_now(app)[3:]}", "next": "/people/"}
    )
    assert right.headers["Location"] == "/people/"
    assert client.get("/people/").status_code == 200


def test_no_code_counts_twice(app: str, client: Client) -> None:
    code = code_now(app)
    for expected in (302, 200):
        other = Client()
        other.post("/sign-in/", PAIR)
        assert other.post("/sign-in/second-step/", {"code": code}).status_code == expected


def test_codes_cannot_be_guessed(app: str, client: Client) -> None:
    """R10: five per 15 minutes, and not hashed or compared beyond."""
    client.post("/sign-in/", PAIR)
    wrong = wrong_for(app)
    answers = [client.post("/sign-in/second-step/", {"code": wrong}).status_code for _number in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert client.post("/sign-in/second-step/", {"code": code_now(app)}).status_code == 429


def test_half_a_sign_in_lasts_five_minutes(app: str, client: Client) -> None:
    client.post("/sign-in/", PAIR)
    session = client.session
    session["half_way"]["at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    answer = client.post("/sign-in/second-step/", {"code": code_now(app)})
    assert answer.headers["Location"] == "/sign-in/"


def test_a_recovery_code_works_once(app: str, administrator: Login, client: Client) -> None:
    code, other = second_step.renew_recovery_codes(login=administrator)[:2]
    for expected in (302, 200):
        client.post("/sign-in/", PAIR)
        assert client.post("/sign-in/second-step/", {"code": code.upper()}).status_code == expected
        client.post("/sign-out/")
    assert second_step.codes_left(administrator) == 9
    assert actions()[-1] == "use_recovery_code"
    client.post("/sign-in/", PAIR)
    second_step.renew_recovery_codes(login=administrator)
    assert client.post("/sign-in/second-step/", {"code": other}).status_code == 200


def test_removing_the_last_second_step_forgets_the_codes(
    app: str, administrator: Login, browser: Client
) -> None:
    second_step.renew_recovery_codes(login=administrator)
    fresh = at_localhost()
    fresh.post("/sign-in/", PAIR)
    fresh.post("/sign-in/second-step/", {"code": code_now(app)})
    asked = fresh.post("/sign-in-settings/app/remove/").content.decode()
    assert "認証アプリを解除します、よろしいですか" in asked
    assert AuthenticatorApp.objects.exists()
    fresh.post("/sign-in-settings/app/remove/", {"confirmed": "yes"})
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_ways_to_sign_in_change_only_after_the_password(administrator: Login, sign_in: SignIn) -> None:
    """An open session alone is not enough."""
    client = sign_in(administrator)
    asked = client.get("/sign-in-settings/app/")
    assert asked.headers["Location"] == "/sign-in-settings/confirm/?next=%2Fsign-in-settings%2Fapp%2F"
    for path in (
        "app/",
        "app/remove/",
        "recovery-codes/",
        "passkeys/add/",
        "passkeys/options/",
        "passkeys/1/remove/",
    ):
        answer = client.post(f"/sign-in-settings/{path}", {"confirmed": "yes"})
        assert answer.headers["Location"].startswith("/sign-in-settings/confirm/")
    wrong = client.post("/sign-in-settings/confirm/", {"password": "wrong", "next": "/sign-in-settings/app/"})
    assert "現在のパスワードが違います。" in wrong.content.decode()
    right = client.post(
        "/sign-in-settings/confirm/", {"password": PASSWORD, "next": "/sign-in-settings/app/"}
    )
    assert right.headers["Location"] == "/sign-in-settings/app/"
    assert client.get("/sign-in-settings/app/").status_code == 200
    session = client.session
    session[sessions.CONFIRMED_AT] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()
    assert client.get("/sign-in-settings/app/").status_code == 302


@pytest.fixture
def passkey(browser: Client) -> Authenticator:
    """A passkey that is registered at http://localhost."""
    made = Authenticator()
    options = browser.post("/sign-in-settings/passkeys/options/").json()
    answer = browser.post(
        "/sign-in-settings/passkeys/add/", {"name": "机のPC", "answer": made.create(options)}
    )
    assert "パスキーを登録しました" in answer.content.decode()
    return made


def sign_in_with(passkey: Authenticator, client: Client) -> Any:
    options = client.post("/sign-in/passkey/question/").json()
    return client.post("/sign-in/passkey/", {"answer": passkey.use(options), "next": "/people/"})


def test_a_passkey_signs_in_without_a_password(passkey: Authenticator, administrator: Login) -> None:
    client = at_localhost()
    assert sign_in_with(passkey, client).headers["Location"] == "/people/"
    assert client.get("/people/").status_code == 200
    stored = Passkey.objects.get()
    assert (stored.name, stored.host, stored.sign_count) == ("机のPC", "localhost", 1)
    assert actions() == ["add_passkey"]


def test_a_passkey_asks_for_verification_and_tells_nobody_who_has_one(
    passkey: Authenticator, browser: Client
) -> None:
    options = at_localhost().post("/sign-in/passkey/question/").json()
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    created = browser.post("/sign-in-settings/passkeys/options/").json()
    assert created["authenticatorSelection"]["residentKey"] == "required"
    assert created["rp"] == {"name": "Naisen", "id": "localhost"}
    assert len(created["excludeCredentials"]) == 1
    assert "kmy-admin" not in created["user"]["id"]


def test_with_a_passkey_the_password_alone_signs_nobody_in(passkey: Authenticator) -> None:
    client = at_localhost()
    assert client.post("/sign-in/", PAIR).headers["Location"].startswith("/sign-in/second-step/")
    page = client.get("/sign-in/second-step/").content.decode()
    assert 'data-passkey="get"' in page
    assert len(client.post("/sign-in/passkey/question/").json()["allowCredentials"]) == 1
    assert sign_in_with(passkey, client).headers["Location"] == "/people/"


def refused(answer: Any) -> bool:
    return bool(answer.headers["Location"].startswith("/sign-in/?next="))


def test_wrong_answers_are_refused(passkey: Authenticator) -> None:
    """Another site, a replay, a copy, no PIN or finger, another key, and nonsense."""
    client = at_localhost()
    elsewhere = Authenticator("http://naisen.example")
    elsewhere.key, elsewhere.credential_id, elsewhere.count = passkey.key, passkey.credential_id, 50
    assert refused(sign_in_with(elsewhere, client))
    options = client.post("/sign-in/passkey/question/").json()
    answer = passkey.use(options)
    assert client.post("/sign-in/passkey/", {"answer": answer}).headers["Location"] == "/"
    other = at_localhost()
    other.post("/sign-in/passkey/question/")
    assert refused(other.post("/sign-in/passkey/", {"answer": answer}))
    assert refused(client.post("/sign-in/passkey/", {"answer": answer}))
    passkey.count = 0
    assert refused(sign_in_with(passkey, other))
    passkey.count, passkey.verifies = 10, False
    assert refused(sign_in_with(passkey, other))
    assert refused(sign_in_with(Authenticator(), other))
    for nonsense in ("", "x", "[]", "{}", '{"id": 1}', "9" * 30_000):
        other.post("/sign-in/passkey/question/")
        assert refused(other.post("/sign-in/passkey/", {"answer": nonsense}))
    assert other.get("/people/").status_code == 302


def test_a_passkey_of_another_host_is_not_known_here(passkey: Authenticator) -> None:
    client = Client(HTTP_HOST="naisen.example")
    passkey.origin = "http://naisen.example"
    assert refused(sign_in_with(passkey, client))


def test_a_disabled_logins_passkey_opens_nothing(passkey: Authenticator, administrator: Login) -> None:
    Login.objects.filter(pk=administrator.pk).update(is_active=False)
    assert refused(sign_in_with(passkey, at_localhost()))


def test_the_same_passkey_is_registered_once(passkey: Authenticator, browser: Client) -> None:
    options = browser.post("/sign-in-settings/passkeys/options/").json()
    again = browser.post("/sign-in-settings/passkeys/add/", {"name": "x", "answer": passkey.create(options)})
    assert "すでに登録されています" in again.content.decode()
    nonsense = browser.post("/sign-in-settings/passkeys/add/", {"name": "x", "answer": "{}"})
    assert "パスキーを確認できませんでした" in nonsense.content.decode()


def test_a_passkey_is_removed_by_its_owner_only(
    stranger: Login, passkey: Authenticator, browser: Client
) -> None:
    pk = Passkey.objects.get().pk
    theirs = at_localhost()
    theirs.post("/sign-in/", {"login_id": "minato-admin", "password": PASSWORD})
    theirs.post(f"/sign-in-settings/passkeys/{pk}/remove/", {"confirmed": "yes"})
    assert Passkey.objects.exists()
    browser.post(f"/sign-in-settings/passkeys/{pk}/remove/", {"confirmed": "yes"})
    assert not Passkey.objects.exists()
    assert actions()[-1] == "remove_passkey"


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("192.0.2.1:8080", "IPアドレス(192.0.2.1)で開いている"),
        ("[::1]:8080", "IPアドレス([::1])"),
        ("naisen.example", "https で開いていない"),
    ],
)
def test_where_browsers_allow_no_passkeys_the_page_says_why(
    administrator: Login, host: str, words: str
) -> None:
    client = Client(HTTP_HOST=host)
    assert "data-passkey" not in client.get("/sign-in/").content.decode()
    client.post("/sign-in/", PAIR)
    page = client.get("/sign-in-settings/").content.decode()
    assert words in page
    assert "/sign-in-settings/passkeys/add/" not in page
    assert words in client.get("/sign-in-settings/passkeys/add/").content.decode()
    assert "data-passkey" in at_localhost().get("/sign-in/").content.decode()
