"""Administrator and reader (閲覧のみ): a reader sees every screen and changes nothing, by one default deny."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from naisen.portal.conftest import PASSWORD
from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]

# What a reader may post: only to its own sign-in, language and session.
OPEN = {
    "app_remove",
    "app_set_up",
    "confirm_identity",
    "passkey_add",
    "passkey_options",
    "passkey_remove",
    "password_change",
    "recovery_codes_renew",
    "session_end",
    "sessions_end",
    "set_language",
    "sign_in_settings",
    "sign_out",
}
# What stands for a part of an address that is no number.
VALUES: dict[str, Any] = {"ending": "csv", "file": "people.webp"}
# No sign-in at all.
PUBLIC = {"healthz", "operator_sign_in", "passkey_question", "passkey_sign_in", "second_step", "sign_in"}
PUBLIC |= {"help_contents", "help_image", "help_manual", "help_page", "help_pdf"}


def routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the portal."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern)
        else:
            yield pattern


def address_of(route: URLPattern) -> str:
    assert route.name
    names = route.pattern.converters or getattr(route.pattern, "regex", re.compile("")).groupindex
    return reverse(route.name, kwargs={name: VALUES.get(name, 1) for name in names})


@pytest.fixture
def reading(reader: Login, sign_in: SignIn) -> Client:
    return sign_in(reader)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_reader_may_write_nowhere_but_to_its_own_sign_in(reading: Client, method: str) -> None:
    """Every address there is: a new view is closed to readers until it says otherwise."""
    answers = {route.name: getattr(reading, method)(address_of(route)) for route in closed_routes()}
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 403} == {}
    assert all("この操作はできません" in answer.content.decode() for answer in answers.values())


def test_what_is_open_is_open(reading: Client) -> None:
    by_name = {route.name: route for route in routes()}
    assert set(by_name) >= OPEN | PUBLIC
    for name in sorted(OPEN - {"sign_out"}):
        assert reading.post(address_of(by_name[name])).status_code != 403, name


def closed_routes() -> list[URLPattern]:
    return [route for route in routes() if route.name not in OPEN | PUBLIC]


def test_what_exists_and_what_does_not_are_refused_alike(reading: Client, office: Tenant) -> None:
    """403 before anything is looked up: byte for byte the same."""
    pk = Person.objects.filter(tenant=office).first()
    assert pk
    answers = {reading.post(f"/people/{number}/").content for number in (pk.pk, 999_999)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/people/",
        "/people/stopped/",
        "/departments/",
        "/devices/",
        "/lines/",
        "/history/",
        "/administrators/",
        "/sign-in-settings/",
        "/imports/",
    ],
)
def test_a_reader_sees_the_screens_without_what_changes_things(reading: Client, path: str) -> None:
    answer = reading.get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert offered(page) <= {reverse(name) for name in OPEN if name != "passkey_remove"}
    assert "/people/register/" not in page
    assert "/administrators/add/" not in page


def offered(page: str) -> set[str]:
    """Where the page's posting forms and buttons lead; one without an address changes nothing by itself."""
    forms = re.findall(r'<form[^>]*method="post"[^>]*>', page)
    found = {match[1] for form in forms if (match := re.search(r'action="([^"]*)"', form))}
    return (
        found | set(re.findall(r'formaction="([^"]*)"', page)) | set(re.findall(r'hx-post="([^"]*)"', page))
    )


def test_single_objects_have_no_buttons_for_a_reader(reading: Client, office: Tenant) -> None:
    person = Person.objects.filter(tenant=office).first()
    device = Device.objects.filter(tenant=office).first()
    assert person
    assert device
    for path in (f"/people/{person.pk}/", f"/devices/{device.pk}/"):
        page = reading.get(path).content.decode()
        assert 'class="savebar"' not in page
        assert offered(page) <= {reverse("set_language"), reverse("sign_out")}
        assert "settings-sheet" not in page


def test_a_settings_sheet_is_not_for_readers(reading: Client, office: Tenant) -> None:
    """It holds a password: whoever has it can be the phone."""
    device = Device.objects.filter(tenant=office).first()
    assert device
    assert reading.get(f"/devices/{device.pk}/settings-sheet.pdf").status_code == 403
    assert "settings-sheet" not in reading.get("/devices/").content.decode()


def test_a_reader_changes_its_own_language_and_password(reading: Client, reader: Login) -> None:
    reading.post("/language/", {"language": "en", "next": "/"})
    data = {"old_password": PASSWORD, "new_password": "brand new words", "again": "brand new words"}
    assert reading.post("/sign-in-settings/password/", data).status_code == 302
    reader.refresh_from_db()
    assert reader.language == "en"
    assert reader.check_password("brand new words")


def test_the_demo_has_a_reader(reader: Login) -> None:
    assert (reader.login_id, reader.role) == ("kmy-reader", Login.Role.READER)
