"""One person in a form: a select for few, a field that searches for many (S1-100, S1-105)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from naisen.portal.devices.models import Device
from naisen.portal.people import choosing
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three people are many."""
    monkeypatch.setattr(choosing, "FEW", 2)


@pytest.fixture
def spare(administrator: Login) -> Device:
    """A device that nobody uses."""
    return Device.objects.filter(tenant=administrator.tenant, person=None).order_by("serial")[0]


def assign(client: Client, device: Device, person: str) -> Person | None:
    client.post(reverse("device_assign", args=[device.pk]), {"person": person, "version": device.version})
    with scope.scoped(scope.EVERYTHING):
        return Device.objects.select_related("person").get(pk=device.pk).person


def test_few_people_stand_in_a_select(administrator: Login, sign_in: Callable[[Login], Client]) -> None:
    """S1-100."""
    page = sign_in(administrator).get(reverse("devices")).content.decode()
    assert "<select" in page
    assert "田中【1000】</option>" in page


@pytest.mark.usefixtures("many")
def test_many_people_do_not_stand_in_the_page(
    administrator: Login, sign_in: Callable[[Login], Client], tanaka: Person
) -> None:
    """S1-100: 10,000 options would make each page a megabyte."""
    name = str(tanaka)
    page = sign_in(administrator).get(reverse("devices")).content.decode()
    assert name not in page.split("<table")[0].split("filters")[1]
    assert f'hx-get="{reverse("person_suggestions")}"' in page


@pytest.mark.usefixtures("many")
def test_the_field_suggests_while_one_types(
    administrator: Login, sign_in: Callable[[Login], Client], tanaka: Person
) -> None:
    client, name = sign_in(administrator), str(tanaka)
    answer = client.get(reverse("person_suggestions"), {"person": "タナ"}).content.decode()
    assert answer.strip() == f'<option value="{name}"></option>'


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("typed", ["田中【1000】", "1000", "１０００", "タナカ", " 田中 "])
def test_what_is_typed_finds_one_person(
    typed: str, administrator: Login, sign_in: Callable[[Login], Client], spare: Device, tanaka: Person
) -> None:
    """S1-105, also without a script."""
    assert assign(sign_in(administrator), spare, typed) == tanaka


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("typed", ["だれか", "9999", "100"])
def test_nobody_is_guessed(
    typed: str, administrator: Login, sign_in: Callable[[Login], Client], spare: Device
) -> None:
    assert assign(sign_in(administrator), spare, typed) is None


@pytest.mark.usefixtures("many")
def test_a_half_typed_name_narrows_the_list(
    administrator: Login, sign_in: Callable[[Login], Client], tanaka: Person
) -> None:
    """S1-100."""
    response = sign_in(administrator).get(reverse("devices"), {"person": "田"})
    assert {row.device.person for row in response.context["rows"]} == {tanaka}
