"""R10, the portal's part: guesses are limited before anything is hashed, and lock nobody else out."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in import throttle
from naisen.portal.sign_in.forms import SignInForm
from naisen.portal.sign_in.models import Login, Tries
from naisen.portal.tenants.models import Tenant

GUESSES = 2_000
PAIR = {"login_id": "kmy-admin", "password": PASSWORD}


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed, for a login that exists or not."""
    seen: list[str] = []
    check = Login.check_password

    def checked(login: Login, password: str) -> bool:
        seen.append(password)
        return check(login, password)

    monkeypatch.setattr(Login, "check_password", checked)
    monkeypatch.setattr("naisen.portal.sign_in.backend.make_password", seen.append)
    return seen


def guess(login_id: str, password: str, address: str = "203.0.113.7") -> Login | None:
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=address)
    form = SignInForm({"login_id": login_id, "password": password}, request=request)
    return form.login if form.is_valid() else None


def test_thousands_of_guesses_are_hashed_five_times(office: Tenant, hashed: list[str]) -> None:
    """R10: no success, and nothing hashed but the first five."""
    assert not any(guess("kmy-admin", f"guess {number}") for number in range(GUESSES))
    assert hashed == [f"guess {number}" for number in range(5)]
    assert guess("kmy-admin", PASSWORD) is None  # nor the right one from there, meanwhile


def test_an_unknown_login_is_limited_alike(office: Tenant, hashed: list[str]) -> None:
    for number in range(20):
        guess("nobody", f"guess {number}")
    assert len(hashed) == 5


def test_a_guesser_locks_nobody_out(office: Tenant) -> None:
    """The owner signs in from her own address while somebody guesses from many others."""
    for host in range(30):
        for _number in range(6):
            guess("kmy-admin", "wrong", f"198.51.100.{host}")
    assert guess("kmy-admin", PASSWORD, "192.0.2.1") is not None


def test_a_claimed_address_does_not_count(office: Tenant, client: Client) -> None:
    """X-Forwarded-For comes from anybody; only the server may set the address."""
    for number in range(6):
        answer = client.post(
            "/sign-in/", {**PAIR, "password": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "15分ほど待ってから" in answer.content.decode()


def test_many_logins_from_one_source_are_limited_too(office: Tenant, hashed: list[str]) -> None:
    for number in range(100):
        guess(f"login-{number}", "wrong")
    assert len(hashed) == throttle.SOURCE_LIMIT


def test_a_network_of_ipv6_counts_as_one_source(office: Tenant, hashed: list[str]) -> None:
    for number in range(20):
        guess("kmy-admin", "wrong", f"2001:db8:1:2::{number:x}")
    assert len(hashed) == 5
    assert guess("kmy-admin", PASSWORD, "2001:db8:1:3::1") is not None


def test_a_right_password_forgets_the_wrong_ones(office: Tenant) -> None:
    for _round in range(3):
        for _number in range(4):
            assert guess("kmy-admin", "wrong") is None
        assert guess("kmy-admin", PASSWORD) is not None


def test_tries_count_for_fifteen_minutes_each(office: Tenant) -> None:
    """A window that slides: five older tries come back one by one, not all at once."""
    limits = throttle.limits_of_pair("tenant", "kmy-admin", "203.0.113.7")
    now = timezone.now()
    ages = [16, 14, 10, 5, 1]
    Tries.objects.create(key=limits[0].hashed, tries=[now - timedelta(minutes=age) for age in ages])
    assert [throttle.take_try(limits) for _number in range(3)] == [True, False, False]


def test_the_table_tells_nobody_what_was_typed(office: Tenant) -> None:
    guess("my secret, in the wrong field", "wrong")
    assert all(len(row.key) == 64 and "secret" not in row.key for row in Tries.objects.all())


def test_old_tries_are_cleared_away(office: Tenant) -> None:
    Tries.objects.create(key="0" * 64, tries=[timezone.now() - timedelta(hours=1)])
    guess("kmy-admin", "wrong")
    assert throttle.forget_old() == 1
    assert Tries.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_guesses_in_parallel_do_not_overtake_the_count() -> None:
    limits = throttle.limits_of_pair("tenant", "raced", "203.0.113.9")
    taken: list[bool] = []

    def run() -> None:
        taken.extend(throttle.take_try(limits) for _number in range(5))
        connection.close()

    threads = [Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == throttle.PAIR_LIMIT
    Tries.objects.all().delete()


@pytest.mark.parametrize(
    ("https", "proxy", "options"),
    [
        ("0", "", ("--no-proxy-headers",)),
        ("1", "", ("--proxy-headers", "--forwarded-allow-ips", "127.0.0.1")),
        ("1", "10.0.0.9", ("--proxy-headers", "--forwarded-allow-ips", "10.0.0.9")),
        ("0", "10.0.0.9", ("--proxy-headers", "--forwarded-allow-ips", "10.0.0.9")),
    ],
)
def test_only_a_named_proxy_is_believed(https: str, proxy: str, options: Any, monkeypatch: Any) -> None:
    from naisen.runtime.parts.portal import proxy_options

    monkeypatch.setenv("NAISEN_HTTPS", https)
    monkeypatch.setenv("NAISEN_PROXY", proxy)
    assert proxy_options() == options
