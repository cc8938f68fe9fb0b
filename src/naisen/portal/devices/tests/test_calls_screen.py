"""同時通話数 of a device: call waiting on and off, audited, refused when stale."""

from collections.abc import Callable

import pytest
from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope

SignIn = Callable[[Login], Client]


@pytest.fixture
def device(tanaka: Person) -> Device:
    return Device.objects.get(person=tanaka)


def test_one_call_at_once_means_no_call_waiting(
    device: Device, administrator: Login, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    address = f"/devices/{device.pk}/calls/"
    form = {"max_calls": "1", "version": str(device.version)}
    assert browser.post(address, form).headers["Location"] == f"/devices/{device.pk}/"
    assert "通話中にほかの電話は鳴りません" in browser.get(f"/devices/{device.pk}/").content.decode()
    stale = browser.post(address, {**form, "max_calls": "3"})
    assert stale.status_code == 200
    assert stale.context["form"].non_field_errors()
    scope.set_scope(scope.EVERYTHING)
    device.refresh_from_db()
    assert device.max_calls == 1
    entry = Entry.objects.get(object_type="device", object_id=device.pk, action="limit_calls")
    assert (entry.before, entry.after) == ({"max_calls": 2}, {"max_calls": 1})


@pytest.mark.parametrize("number", ["0", "21", "", "x"])
def test_what_is_no_number_of_calls_is_refused(
    device: Device, administrator: Login, sign_in: SignIn, number: str
) -> None:
    form = {"max_calls": number, "version": str(device.version)}
    answer = sign_in(administrator).post(f"/devices/{device.pk}/calls/", form)
    assert "max_calls" in answer.context["form"].errors


def test_a_reader_looks_and_changes_nothing(device: Device, reader: Login, sign_in: SignIn) -> None:
    assert sign_in(reader).get(f"/devices/{device.pk}/calls/").status_code == 403


def test_the_tenant_reads_its_limits(administrator: Login, sign_in: SignIn) -> None:
    """Calls abroad are closed by default, and the page says so."""
    page = sign_in(administrator).get("/circle/").content.decode()
    assert "海外への発信はすべてできません" in page
    assert "60回まで" in page
