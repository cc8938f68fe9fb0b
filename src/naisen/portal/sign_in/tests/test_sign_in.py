"""Signing in and out (S1-14), and what a page does for somebody who has not."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

PAIR = {"login_id": "kmy-admin", "password": PASSWORD}
SignIn = Callable[[Login], Client]


@pytest.mark.parametrize("path", ["/", "/devices/", "/devices/1/", "/people/", "/people/register/"])
def test_every_page_asks_for_a_sign_in_and_comes_back(office: Tenant, client: Client, path: str) -> None:
    asked = client.get(path)
    assert asked.headers["Location"] == f"/sign-in/?next={path}"
    signed_in = client.post("/sign-in/", {**PAIR, "next": path})
    assert signed_in.headers["Location"] == path


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(db: None, client: Client) -> None:
    page = "http://testserver/devices/?q=1"
    answer = client.get("/registrations/cells/", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fdevices%2F%3Fq%3D1"


def test_signing_in_starts_a_new_session(office: Tenant, client: Client) -> None:
    client.post("/language/", {"language": "ja", "next": "/"})
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    client.post("/sign-in/", PAIR)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "pair", [{**PAIR, "password": "wrong"}, {**PAIR, "login_id": "nobody"}, {**PAIR, "login_id": "KMY-ADMIN"}]
)
def test_every_wrong_pair_gets_the_same_answer(office: Tenant, client: Client, pair: dict[str, str]) -> None:
    page = client.post("/sign-in/", pair).content.decode()
    assert "ログインIDまたはパスワードが違います。" in page
    assert f'value="{pair["login_id"]}"' in page
    assert pair["password"] not in page


def test_a_second_try_still_leads_to_the_page(office: Tenant, client: Client) -> None:
    page = client.post("/sign-in/", {**PAIR, "password": "wrong", "next": "/people/"}).content.decode()
    assert 'name="next" value="/people/"' in page


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", "\\\\x"])
def test_next_never_leaves_the_site(office: Tenant, client: Client, target: str) -> None:
    assert client.post("/sign-in/", {**PAIR, "next": target}).headers["Location"] == "/"


def test_signing_out_needs_a_post_and_ends_the_session(administrator: Login, sign_in: SignIn) -> None:
    client = sign_in(administrator)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/devices/").status_code == 302


def test_a_disabled_login_is_out_at_once(administrator: Login, sign_in: SignIn) -> None:
    client = sign_in(administrator)
    Login.objects.filter(pk=administrator.pk).update(is_active=False)
    assert client.get("/devices/").status_code == 302


def test_the_language_is_remembered(administrator: Login, sign_in: SignIn) -> None:
    """S2-23."""
    client = sign_in(administrator)
    answer = client.post("/language/", {"language": "en", "next": "/devices/"})
    assert answer.headers["Location"] == "/devices/"
    assert answer.cookies["django_language"].value == "en"
    administrator.refresh_from_db()
    assert administrator.language == "en"


def test_the_remembered_language_is_there_in_another_browser(administrator: Login, client: Client) -> None:
    Login.objects.filter(pk=administrator.pk).update(language="en")
    answer = client.post("/sign-in/", PAIR)
    assert answer.cookies["django_language"].value == "en"


def test_a_login_that_manages_no_tenant_finds_no_screens(db: None, sign_in: SignIn) -> None:
    operator = Login.objects.create_login(
        login_id="op", password=PASSWORD, kind=Login.Kind.OPERATOR, name="運用"
    )
    client = sign_in(operator)
    for path in ("/devices/", "/people/", "/registrations/cells/"):
        assert client.get(path).status_code == 404


def test_passwords_are_hashed_with_argon2id_at_the_librarys_full_cost() -> None:
    """The tests themselves use a cheaper one (portal/conftest.py)."""
    from naisen.portal import settings as product

    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert Argon2PasswordHasher().encode("a password", "salt of a test").startswith("argon2$argon2id$")
    assert Argon2PasswordHasher.memory_cost >= 19 * 1024, "KiB; OWASP's least for argon2id"
