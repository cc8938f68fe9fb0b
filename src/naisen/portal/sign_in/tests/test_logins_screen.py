"""管理者: the portal logins of a tenant."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in.models import Login, RecoveryCode, SignInSession
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]
NEW = {"login_id": "kmy-second", "name": "山本 一", "email": "yamamoto@example.jp", "role": "administrator"}


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def entry() -> Entry:
    with scope.scoped(scope.EVERYTHING):
        return Entry.objects.filter(object_type="login").latest("pk")


def shown_password(page: str) -> str:
    match = re.search(r'id="one-time-password">([^<]+)<', page)
    assert match
    return match[1]


def test_the_list_shows_the_tenants_logins_only(browser: Client, stranger: Login) -> None:
    page = browser.get("/administrators/").content.decode()
    for words in ("伊藤 彩", "kmy-admin", "管理者", "小林 恵子", "kmy-reader", "閲覧のみ", "有効"):
        assert words in page
    assert "minato-admin" not in page


def test_a_new_login_gets_a_one_time_password_that_must_be_changed(browser: Client) -> None:
    page = browser.post("/administrators/add/", NEW)
    password = shown_password(page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    assert entry().action == "register"
    assert password not in str(entry().after)
    theirs = Client()
    assert theirs.post("/sign-in/", {"login_id": "kmy-second", "password": password}).status_code == 302
    assert theirs.get("/people/").headers["Location"] == "/sign-in-settings/password/"
    assert theirs.post("/people/stop/").headers["Location"] == "/sign-in-settings/password/"
    part = theirs.get("/devices/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/sign-in-settings/password/"
    data = {"old_password": password, "new_password": "words of my own", "again": "words of my own"}
    theirs.post("/sign-in-settings/password/", data)
    assert theirs.get("/people/").status_code == 200


@pytest.mark.parametrize("login_id", ["kmy-admin", "minato-admin", "KMY", "a", "-x-", "a b c", "名前"])
def test_an_id_that_is_taken_or_odd_is_refused(browser: Client, stranger: Login, login_id: str) -> None:
    """D-08: ids are unique over all tenants."""
    page = browser.post("/administrators/add/", {**NEW, "login_id": login_id}).content.decode()
    assert 'href="#id_login_id"' in page
    assert Login.objects.filter(name=NEW["name"]).count() == 0


def test_name_role_and_address_are_changed(browser: Client, reader: Login) -> None:
    data = {"name": "小林 恵", "email": "", "role": "administrator"}
    assert browser.post(f"/administrators/{reader.pk}/", data).status_code == 302
    assert entry().before == {"name": "小林 恵子", "role": "reader"}
    assert entry().after == {"name": "小林 恵", "role": "administrator"}
    reader.refresh_from_db()
    assert reader.role == Login.Role.ADMINISTRATOR


def test_the_last_administrator_stays_one(browser: Client, administrator: Login) -> None:
    data = {"name": administrator.name, "email": "", "role": "reader"}
    page = browser.post(f"/administrators/{administrator.pk}/", data).content.decode()
    assert "管理者が一人もいなくなるため" in page
    administrator.refresh_from_db()
    assert administrator.role == Login.Role.ADMINISTRATOR
    browser.post("/administrators/add/", NEW)
    assert browser.post(f"/administrators/{administrator.pk}/", data).status_code == 302


def test_disabling_ends_the_sessions_at_once(browser: Client, reader: Login, sign_in: SignIn) -> None:
    theirs = sign_in(reader)
    assert theirs.get("/people/").status_code == 200
    asked = browser.post(f"/administrators/{reader.pk}/disable/").content.decode()
    assert "小林 恵子さんを無効にします、よろしいですか" in asked
    assert theirs.get("/people/").status_code == 200
    browser.post(f"/administrators/{reader.pk}/disable/", {"confirmed": "yes"})
    assert theirs.get("/people/").status_code == 302
    assert not SignInSession.objects.filter(login=reader).exists()
    assert entry().action == "disable"
    pair = {"login_id": "kmy-reader", "password": PASSWORD}
    assert Client().post("/sign-in/", pair).status_code == 200
    browser.post(f"/administrators/{reader.pk}/enable/")
    assert Client().post("/sign-in/", pair).status_code == 302


def test_nobody_disables_oneself(browser: Client, administrator: Login) -> None:
    answer = browser.post(f"/administrators/{administrator.pk}/disable/", {"confirmed": "yes"}, follow=True)
    assert "自分自身は無効にできません。" in answer.content.decode()
    page = browser.get(f"/administrators/{administrator.pk}/").content.decode()
    assert "/disable/" not in page


def test_a_reset_shows_a_password_once_and_takes_the_second_step_away(
    browser: Client, reader: Login, sign_in: SignIn
) -> None:
    RecoveryCode.objects.create(login=reader, code_hash="0" * 64)
    theirs = sign_in(reader)
    theirs.get("/people/")
    asked = browser.post(f"/administrators/{reader.pk}/reset-password/").content.decode()
    assert "新しい仮パスワードは一度だけ表示されます。" in asked
    page = browser.post(f"/administrators/{reader.pk}/reset-password/", {"confirmed": "yes"}).content.decode()
    assert theirs.get("/people/").status_code == 302
    assert not RecoveryCode.objects.exists()
    pair = {"login_id": "kmy-reader", "password": shown_password(page)}
    assert Client().post("/sign-in/", pair).status_code == 302
    assert Client().post("/sign-in/", {**pair, "password": PASSWORD}).status_code == 200
    assert shown_password(page) not in browser.get(f"/administrators/{reader.pk}/").content.decode()


def test_a_strangers_login_is_missing(
    administrator: Login, reader: Login, stranger: Login, sign_in: SignIn
) -> None:
    """Byte for byte as one that does not exist; a reader gets 403 before anything is looked up."""
    client, reading = sign_in(stranger), sign_in(reader)
    for route in ("", "disable/", "enable/", "reset-password/"):
        theirs = client.post(f"/administrators/{administrator.pk}/{route}", {"confirmed": "yes"})
        missing = client.post(f"/administrators/999999/{route}", {"confirmed": "yes"})
        assert theirs.status_code == missing.status_code == 404
        assert theirs.content == missing.content
        assert reading.post(f"/administrators/{administrator.pk}/{route}").status_code == 403
    assert client.get(f"/administrators/{administrator.pk}/").status_code == 404
    assert reading.get(f"/administrators/{reader.pk}/").status_code == 403
    administrator.refresh_from_db()
    assert administrator.is_active


def test_a_login_of_another_kind_is_not_managed_here(office: Tenant, browser: Client) -> None:
    operator = Login.objects.create_login(
        login_id="operator-1", password=PASSWORD, kind=Login.Kind.OPERATOR, name="運用"
    )
    assert browser.get(f"/administrators/{operator.pk}/").status_code == 404
