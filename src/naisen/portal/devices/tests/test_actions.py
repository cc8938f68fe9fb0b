"""Logging devices in and out, and resetting their passwords (S1-105, S1-110, S1-111, D-05, D-10)."""

from datetime import UTC, datetime

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.devices.actions import assign_device, issue_device, next_reset_time, reset_password
from naisen.portal.devices.models import Credential, Device
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import LoginServer, Tenant


@pytest.fixture
def phone(tanaka: Person) -> Device:
    return tanaka.devices.select_related("tenant").get()


def test_logging_out_leaves_the_device_unused(phone: Device, administrator: Login) -> None:
    out = assign_device(by=administrator, device=phone, person=None, version=phone.version)
    assert out.person is None
    assert out.may_be_reset
    entry = Entry.objects.latest("sequence")
    assert (entry.action, entry.actor_name) == ("unassign", "伊藤 彩")
    assert (entry.before, entry.after) == ({"person": "田中【1000】"}, {"person": None})


def test_a_person_uses_several_devices(office: Tenant, tanaka: Person, administrator: Login) -> None:
    """S1-03."""
    for spare in Device.objects.filter(tenant=office, person=None)[:2]:
        assign_device(by=administrator, device=spare, person=tanaka, version=spare.version)
    assert tanaka.devices.count() == 3


def test_a_stale_form_is_refused(phone: Device, administrator: Login) -> None:
    assign_device(by=administrator, device=phone, person=None, version=phone.version)
    with pytest.raises(StaleVersion):
        assign_device(by=administrator, device=phone, person=None, version=phone.version)


def test_a_person_of_another_tenant_is_refused(
    phone: Device, elsewhere: Tenant, administrator: Login
) -> None:
    theirs = Person.objects.filter(tenant=elsewhere)[0]
    with pytest.raises(Refusal):
        assign_device(by=administrator, device=phone, person=theirs, version=phone.version)
    phone.refresh_from_db()
    assert phone.person is not None
    assert phone.person.tenant_id == phone.tenant_id


def test_only_a_once_used_and_now_unused_device_is_reset(
    office: Tenant, phone: Device, administrator: Login
) -> None:
    never_used = Device.objects.filter(tenant=office, person=None)[0]
    for device in (phone, never_used):
        with pytest.raises(Refusal):
            reset_password(by=administrator, device=device, version=device.version)


def test_the_old_password_ends_at_once_and_the_new_one_begins_next_morning(
    phone: Device, administrator: Login
) -> None:
    device = assign_device(by=administrator, device=phone, person=None, version=phone.version)
    new = reset_password(by=administrator, device=device, version=device.version)
    old = Credential.objects.get(device=device, version=1)
    assert old.ended_at is not None
    assert new.effective_at > old.ended_at
    assert new.ha1 != old.ha1
    assert Entry.objects.latest("sequence").action == "reset_password"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 17:18 in Tokyo: tomorrow 05:00 in Tokyo.
        (datetime(2022, 6, 16, 8, 18, tzinfo=UTC), datetime(2022, 6, 16, 20, 0, tzinfo=UTC)),
        # 02:00 in Tokyo, which in UTC is still the day before.
        (datetime(2022, 6, 16, 17, 0, tzinfo=UTC), datetime(2022, 6, 17, 20, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_is_the_tenants_own(now: datetime, expected: datetime) -> None:
    assert next_reset_time(Tenant(time_zone="Asia/Tokyo"), now) == expected


def test_the_operator_may_set_at_once() -> None:
    now = datetime(2022, 6, 16, 8, 18, tzinfo=UTC)
    assert next_reset_time(Tenant(time_zone="Asia/Tokyo", reset_hour=None), now) == now


def test_a_new_device_gets_the_next_id(office: Tenant) -> None:
    server = LoginServer.objects.get()
    device = issue_device(by=None, tenant=office, server=server, login="kmy00008")
    assert (device.code, device.unique_number, str(device)) == ("00008", "008", "kmy00008 [cplus01.jp]")
    assert not device.may_be_reset
