"""R11: twenty secrets go through the portal while everything logs what it can; none comes out where it must not.

Logs at DEBUG with every SQL statement and its values, the addresses of all requests and redirects, and the
report that Django makes of an exception.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from naisen.portal.demo.company import KMY
from naisen.portal.demo.load import load_company
from naisen.portal.devices import secrets as sip_secrets
from naisen.portal.devices.models import Credential
from naisen.portal.devices.queries import password_of
from naisen.portal.people.models import Person
from naisen.portal.people.views import edit
from naisen.portal.sign_in import totp
from naisen.portal.tenants import scope

PASSWORD, NEW_PASSWORD, WRONG = "planted-password-1", "planted-password-2", "planted-wrong-guess"
PINS = ("7391846205", "6482057193", "5920174836", "4816203957", "8264051739")
TENANT_PINS = dict(zip(("form", "edit", "file", "refused", "crash"), PINS, strict=True))


@dataclass
class Seen:
    """All that could be read outside: log lines, addresses, reports."""

    texts: list[str] = field(default_factory=list)
    canaries: dict[str, str] = field(default_factory=dict)

    def leaks(self) -> dict[str, str]:
        """Canary → the text around it."""
        whole = "\n".join(self.texts)
        found = {
            name: re.search(f".{{0,80}}{re.escape(value)}", whole) for name, value in self.canaries.items()
        }
        return {name: match[0] for name, match in found.items() if match}


class Listening(logging.Handler):
    """Keeps every line as a file would have it, tracebacks included."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(logging.DEBUG)
        self.seen = seen
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with what stands beside the message."""
        self.seen.texts.append(f"{self.format(record)} {record.__dict__}")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """Everything logs all it can meanwhile."""
    found = Seen()
    handler, root = Listening(found), logging.getLogger()
    names = ("django", "django.db.backends", "django.request", "procrastinate", "naisen")
    loggers = [root, *map(logging.getLogger, names)]
    for logger in loggers:
        monkeypatch.setattr(logger, "level", logging.DEBUG)
        monkeypatch.setattr(logger, "disabled", False)
    logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]  # levels are cached
    root.addHandler(handler)
    monkeypatch.setattr(connection, "force_debug_cursor", True)
    yield found
    root.removeHandler(handler)
    logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]


@pytest.fixture
def client(db: None, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser; every address that it asks for, or is sent to, can be read outside."""

    browser = Client(raise_request_exception=False)
    plain = browser.request

    def watched(**request: Any) -> Any:
        response = plain(**request)
        seen.texts.append(f"{request['REQUEST_METHOD']} {request['PATH_INFO']}?{request['QUERY_STRING']}")
        seen.texts.append(f"to {response.headers.get('Location', '')}")
        return response

    monkeypatch.setattr(browser, "request", watched)
    scope.set_scope(scope.EVERYTHING)
    load_company(KMY, password=PASSWORD)
    return browser


def as_clerk(question: Callable[[], object]) -> object:
    """Look something up that only the test may."""
    with scope.scoped(scope.EVERYTHING):
        return question()


def sign_in(client: Client, password: str) -> None:
    client.post(reverse("sign_in"), {"login_id": KMY.administrator_id, "password": password})


def person(extension: str, pin: str, **more: object) -> dict[str, object]:
    return {"name": "計画", "extension": extension, "ring_timeout_s": 30, "pin": pin, **more}


def set_up_app(client: Client, seen: Seen) -> None:
    """The second step: its secret, its code, the recovery codes."""
    shown = client.get(reverse("app_set_up")).context["secret"]
    secret = str(shown).replace(" ", "")
    code = totp.code_of(secret, totp.step_at(timezone.now()))
    codes = client.post(reverse("app_set_up"), {"code": code}).context["codes"]
    seen.canaries |= {"TOTP secret": secret, "TOTP secret in groups": shown}
    seen.canaries |= {f"recovery code {n}": code for n, code in enumerate(codes)}


def test_no_secret_comes_out(client: Client, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    seen.canaries |= {"password": PASSWORD, "new password": NEW_PASSWORD, "wrong guess": WRONG}
    seen.canaries |= {f"PIN of the {name}": pin for name, pin in TENANT_PINS.items()}
    credentials = as_clerk(lambda: list(Credential.objects.all()))
    assert isinstance(credentials, list)
    seen.canaries |= {f"SIP password {n}": password_of(row) for n, row in enumerate(credentials)}

    sign_in(client, WRONG)
    sign_in(client, PASSWORD)
    client.post(reverse("person_register"), person("4100", TENANT_PINS["form"]))
    made = as_clerk(lambda: Person.objects.get(number__digits="4100"))
    assert isinstance(made, Person)
    client.post(
        reverse("person_edit", args=[made.pk]), person("4100", TENANT_PINS["edit"], version=made.version)
    )
    file = (
        f"ユーザ名,内線番号,パスワード\r\n一,4101,{TENANT_PINS['file']}\r\n二,x,{TENANT_PINS['refused']}\r\n"
    )
    client.post(reverse("person_import"), {"file": SimpleUploadedFile("a.csv", file.encode())})
    for pk in [row.device_id for row in credentials]:
        assert client.get(reverse("settings_sheet", args=[pk])).status_code == 200
    client.post(reverse("settings_sheets"), {"output": "csv", "confirmed": "yes"})
    set_up_app(client, seen)
    form = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    client.post(reverse("password_change"), form)
    crash(client, seen, monkeypatch)

    assert len(seen.canaries) >= 20
    assert any("INSERT" in text for text in seen.texts), "the statements must be among what is looked at"
    assert any("Traceback" in text for text in seen.texts)
    assert seen.leaks() == {}


def crash(client: Client, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle of a form with a PIN, as Django reports it."""
    requests: list[HttpRequest] = []

    def fail(**values: object) -> None:
        raise RuntimeError("planted")

    def reported(sender: object, request: HttpRequest, **more: object) -> None:
        requests.append(request)
        seen.texts.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_text())

    monkeypatch.setattr(edit, "register_person", fail)
    got_request_exception.connect(reported)
    try:
        answer = client.post(reverse("person_register"), person("4199", TENANT_PINS["crash"]))
    finally:
        got_request_exception.disconnect(reported)
    assert (answer.status_code, len(requests)) == (500, 1)
    seen.texts.append(answer.content.decode())


def test_no_token_stands_in_an_address(client: Client, seen: Seen) -> None:
    """Session keys and passwords travel in cookies and bodies, never in what servers and browsers write down."""
    sign_in(client, PASSWORD)
    addresses = [text for text in seen.texts if text.startswith(("GET /", "POST /", "to "))]
    assert addresses
    assert not [text for text in addresses if str(client.session.session_key) in text]
    assert not [text for text in addresses if urlencode({"p": PASSWORD})[2:] in text]


@pytest.mark.django_db
def test_a_cipher_text_opens_nowhere_but_in_its_row(client: Client) -> None:
    """R11: moved to another row, or with another key, it is refused."""
    first, second = Credential.objects.order_by("pk")[:2]
    with pytest.raises(sip_secrets.SecretUnreadable):
        sip_secrets.decrypt(
            first.secret, tenant_id=second.tenant_id, device_id=second.device_id, version=second.version
        )
