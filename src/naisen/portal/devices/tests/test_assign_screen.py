"""Logging a person in to a device and out (S1-105), and PWリセット (S1-110 … S1-113), in the browser's words."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from naisen.portal.devices.actions import assign_device
from naisen.portal.devices.models import Credential, Device
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


@pytest.fixture
def tanakas(office: Tenant) -> Device:
    """Device 00001."""
    return Device.objects.get(tenant=office, serial=1)


@pytest.fixture
def spare(office: Tenant) -> Device:
    """Device 00004, never used."""
    return Device.objects.get(tenant=office, serial=4)


def now(device: Device) -> Device:
    with scope.scoped(scope.EVERYTHING):
        return Device.objects.select_related("person").get(pk=device.pk)


def test_a_person_is_logged_in_from_the_row(browser: Client, spare: Device, tanaka: Person) -> None:
    form = browser.get(f"/devices/{spare.pk}/person/", headers=HTMX).content.decode()
    assert 'aria-label="アカウント 00004 のユーザ"' in form
    assert "未使用</option>" in form
    assert "田中【1000】" in form
    data = {"person": tanaka.pk, "version": spare.version}
    saved = browser.post(f"/devices/{spare.pk}/person/", data, headers=HTMX)
    assert json.loads(saved.headers["HX-Trigger"])["toast"] == "編集に成功しました"
    assert f'<tr id="device-{spare.pk}">' in saved.content.decode()
    assert now(spare).person == tanaka


def test_without_scripts_it_is_a_page_of_its_own(browser: Client, spare: Device, tanaka: Person) -> None:
    page = browser.get(f"/devices/{spare.pk}/person/").content.decode()
    assert "<h1>アカウント 00004 のユーザ</h1>" in page
    data = {"person": tanaka.pk, "version": spare.version}
    saved = browser.post(f"/devices/{spare.pk}/person/", data, follow=True)
    assert saved.redirect_chain == [("/devices/", 302)]
    assert "編集に成功しました" in saved.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_unassigned_is_confirmed_first(browser: Client, tanakas: Device, headers: dict[str, str]) -> None:
    """The confirmation says what will happen (S1-105, D-06)."""
    data = {"person": "", "version": tanakas.version}
    asked = browser.post(f"/devices/{tanakas.pk}/person/", data, headers=headers)
    words = asked.content.decode()
    assert "アカウント 00001 を未使用にします、よろしいですか" in words
    assert "この端末は発信も着信もできなくなります" in words
    assert "田中さんは、この端末を使えなくなります" in words
    assert ("HX-Retarget" in asked.headers) == bool(headers)
    assert now(tanakas).person is not None
    browser.post(f"/devices/{tanakas.pk}/person/", {**data, "confirmed": "yes"}, headers=headers)
    assert now(tanakas).person is None


def test_a_stale_form_is_refused_and_keeps_the_choice(
    browser: Client, spare: Device, tanaka: Person, office: Tenant
) -> None:
    suzuki = Person.objects.get(tenant=office, number__digits="2000")
    assign_device(by=None, device=spare, person=suzuki, version=spare.version)
    data = {"person": tanaka.pk, "version": spare.version}
    refused = browser.post(f"/devices/{spare.pk}/person/", data, headers=HTMX)
    assert refused.headers["HX-Retarget"] == f"#person-{spare.pk}"
    words = refused.content.decode()
    assert f"ほかの人がアカウント {spare.code} を変更しました" in words
    assert f'<option value="{tanaka.pk}" selected>' in words
    assert f'name="version" value="{spare.version + 1}"' in words
    assert now(spare).person == suzuki


@pytest.mark.parametrize("person", ["x", "999999999"])
def test_a_person_who_is_not_there_is_an_error_beside_the_field(
    browser: Client, spare: Device, person: str
) -> None:
    answer = browser.post(f"/devices/{spare.pk}/person/", {"person": person, "version": 1}, headers=HTMX)
    assert 'role="alert"' in answer.content.decode()
    assert now(spare).person is None


def test_another_tenants_person_cannot_be_chosen(browser: Client, spare: Device, elsewhere: Tenant) -> None:
    watanabe = Person.objects.get(tenant=elsewhere, number__digits="1000")
    data = {"person": watanabe.pk, "version": spare.version}
    browser.post(f"/devices/{spare.pk}/person/", data, headers=HTMX)
    assert now(spare).person is None


def test_reset_says_from_when_the_new_password_works(browser: Client, tanakas: Device) -> None:
    """S1-111, S1-113, D-05."""
    unassigned = assign_device(by=None, device=tanakas, person=None, version=tanakas.version)
    path = f"/devices/{tanakas.pk}/reset-password/"
    asked = browser.get(path, headers=HTMX).content.decode()
    assert "アカウント 00001 のパスワードをリセットします、よろしいですか" in asked
    assert "いまのパスワードはすぐに使えなくなり、元には戻せません。" in asked
    assert "05:00 から使えます。それまで、この端末は使えません。" in asked
    done = browser.post(path, {"confirmed": "yes", "version": unassigned.version}, headers=HTMX)
    assert "パスワードをリセットしました。" in json.loads(done.headers["HX-Trigger"])["toast"]
    with scope.scoped(scope.EVERYTHING):
        assert Credential.objects.filter(device=tanakas).count() == 2


def test_reset_stands_only_on_devices_that_had_a_person(
    browser: Client, tanakas: Device, spare: Device
) -> None:
    """S1-110, D-10."""
    assign_device(by=None, device=tanakas, person=None, version=tanakas.version)
    page = browser.get("/devices/").content.decode()
    assert f"/devices/{tanakas.pk}/reset-password/" in page
    assert f"/devices/{spare.pk}/reset-password/" not in page
    path = f"/devices/{spare.pk}/reset-password/"
    refused = browser.post(path, {"confirmed": "yes", "version": spare.version}, follow=True)
    assert "PWリセットは、使用したことがあり" in refused.content.decode()


def test_nothing_is_reset_without_the_confirmation(browser: Client, tanakas: Device) -> None:
    assign_device(by=None, device=tanakas, person=None, version=tanakas.version)
    browser.post(f"/devices/{tanakas.pk}/reset-password/", {"version": "2"})
    with scope.scoped(scope.EVERYTHING):
        assert Credential.objects.filter(device=tanakas).count() == 1
