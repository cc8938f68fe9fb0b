"""サインインの設定 of the operator: the same screens as the tenants' (issue 3), and an audit trail of its own."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.conftest import PASSWORD
from naisen.portal.sign_in import totp
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.tests.authenticator import Authenticator
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

PAIR = {"login_id": "operator", "password": PASSWORD}
NEW = "other words now"


@pytest.fixture
def operator(office: Tenant) -> Login:
    return Login.objects.create_login(
        login_id="operator", password=PASSWORD, kind=Login.Kind.OPERATOR, name="運用"
    )


def signed_in(**pair: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    answer = client.post("/operator/sign-in/", {**PAIR, **pair})
    assert answer.headers["Location"] == "/operator/"
    return client


def recorded() -> list[str]:
    """What the operator's own trail says of logins."""
    with scope.scoped(scope.EVERYTHING):
        entries = Entry.objects.filter(tenant=None, object_type="login").order_by("sequence")
        return list(entries.values_list("action", flat=True))


def test_the_menu_leads_to_the_settings_with_its_sessions(operator: Login) -> None:
    here, _there = signed_in(), signed_in()
    assert 'href="/sign-in-settings/"' in here.get("/operator/").content.decode()
    page = here.get("/sign-in-settings/").content.decode()
    assert page.count("ログイン日時") == 2
    here.post("/sign-in-settings/sessions/end-others/")
    assert _there.get("/operator/").status_code == 302
    assert here.get("/operator/").status_code == 200
    assert recorded() == ["end_sessions"]


def test_the_operators_password_is_changed(operator: Login) -> None:
    here = signed_in()
    data = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    assert here.post("/sign-in-settings/password/", data).headers["Location"] == "/sign-in-settings/"
    assert here.get("/operator/").status_code == 200
    assert signed_in(password=NEW).get("/sign-in-settings/").status_code == 200
    assert recorded() == ["change_password"]


def test_an_app_is_asked_for_at_the_operators_next_sign_in(operator: Login) -> None:
    here = signed_in()
    page = here.get("/sign-in-settings/app/").content.decode()
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    code = totp.code_of(secret, totp.step_at(timezone.now()))
    assert here.post("/sign-in-settings/app/", {"code": code}).status_code == 200
    page = here.get("/sign-in-settings/").content.decode()
    assert "設定済み" in page
    next_time = Client(HTTP_HOST="localhost").post("/operator/sign-in/", PAIR)
    assert urlsplit(next_time.headers["Location"]).path == "/sign-in/second-step/"
    assert recorded() == ["add_app"]


def test_a_passkey_is_the_operators_sign_in(operator: Login) -> None:
    here, key = signed_in(), Authenticator()
    options = here.post("/sign-in-settings/passkeys/options/").json()
    answer = here.post("/sign-in-settings/passkeys/add/", {"name": "鍵", "answer": key.create(options)})
    assert answer.status_code == 200
    assert "鍵" in here.get("/sign-in-settings/").content.decode()
    later = Client(HTTP_HOST="localhost")
    question = later.post("/sign-in/passkey/question/").json()
    answer = later.post("/sign-in/passkey/", {"answer": key.use(question)})
    assert answer.headers["Location"] == "/operator/"
    assert later.get("/operator/").status_code == 200
    assert recorded() == ["add_passkey"]
