"""What the views tell the edge follows at once from what the portal wrote (C-09, D-01, D-05)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from naisen.portal.devices.actions import assign_device, reset_password
from naisen.portal.devices.models import Credential, Device
from naisen.portal.people.actions import resume_people, stop_people
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(as_edge: Run) -> Run:
    """Reads as the edge does: in its own session, what has been committed."""
    return as_edge


def device_of(person: Person) -> Device:
    return person.devices.get()


def why_not(ask: Run, device: Device) -> str:
    ((found,),) = ask("SELECT why_not FROM edge.device WHERE device_id = %s", device.pk)
    return str(found)


def rings(ask: Run, digits: str) -> set[str]:
    return {
        str(login)
        for (login,) in ask(
            "SELECT r.login FROM edge.number n JOIN edge.ring r USING (domain, kind, target_id) "
            "WHERE n.domain = 'kmy.cplus01.jp' AND n.digits = %s",
            digits,
        )
    }


def test_an_assigned_device_may_register(ask: Run, tanaka: Person) -> None:
    assert why_not(ask, device_of(tanaka)) == ""
    assert ask("SELECT ha1 FROM edge.subscriber WHERE username = %s", device_of(tanaka).login)


def test_an_unused_device_may_not(ask: Run, office: Tenant) -> None:
    spare = Device.objects.filter(tenant=office, person=None)[0]
    assert why_not(ask, spare) == "unassigned"
    assert not ask("SELECT 1 FROM edge.subscriber WHERE username = %s", spare.login)


def test_an_unused_device_may_where_phones_log_in(ask: Run, office: Tenant) -> None:
    office.allows_phone_login = True
    office.save()
    spare = Device.objects.filter(tenant=office, person=None)[0]
    ((may, only),) = ask("SELECT may_register, login_only FROM edge.device WHERE device_id = %s", spare.pk)
    assert (may, only) == (True, True)


def test_a_stopped_person_is_silent_at_once_and_comes_back(ask: Run, office: Tenant, tanaka: Person) -> None:
    stop_people(by=None, tenant=office, people=[tanaka])
    assert why_not(ask, device_of(tanaka)) == "stopped"
    assert rings(ask, "1000") == set()
    assert ask(
        "SELECT available, why_not FROM edge.number WHERE domain = 'kmy.cplus01.jp' AND digits = '1000'"
    ) == [(False, "stopped")]
    resume_people(by=None, tenant=office, people=[tanaka])
    assert why_not(ask, device_of(tanaka)) == ""
    assert rings(ask, "1000") == {"kmy00001"}


def test_a_department_rings_all_its_members(ask: Run, office: Tenant, tanaka: Person) -> None:
    assert rings(ask, "100") == {"kmy00001", "kmy00002"}
    stop_people(by=None, tenant=office, people=[tanaka])
    assert rings(ask, "100") == {"kmy00002"}


def test_a_reset_password_waits_for_its_hour(ask: Run, office: Tenant, tanaka: Person) -> None:
    device = assign_device(by=None, device=device_of(tanaka), person=None, version=1 + 1)
    credential = reset_password(by=None, device=device, version=device.version)
    device.refresh_from_db()
    assign_device(by=None, device=device, person=tanaka, version=device.version)
    assert why_not(ask, device) == "password_not_yet"
    assert ask("SELECT ha1 FROM edge.device WHERE device_id = %s", device.pk) == [("",)]
    Credential.objects.filter(pk=credential.pk).update(effective_at=timezone.now() - timedelta(seconds=1))
    assert why_not(ask, device) == ""
    assert ask("SELECT ha1 FROM edge.device WHERE device_id = %s", device.pk) == [(credential.ha1,)]


@pytest.mark.parametrize("change", [{"suspended_at": timezone.now()}, {"closes_on": timezone.localdate()}])
def test_a_closed_tenant_is_silent(ask: Run, office: Tenant, tanaka: Person, change: dict[str, Any]) -> None:
    Tenant.objects.filter(pk=office.pk).update(**change)
    assert why_not(ask, device_of(tanaka)) == "tenant_closed"
    assert rings(ask, "1000") == set()


def test_a_cancelled_device_is_silent_from_its_day(ask: Run, tanaka: Person) -> None:
    tanaka.devices.update(cancels_on=timezone.localdate() + timedelta(days=2))
    assert why_not(ask, device_of(tanaka)) == ""
    tanaka.devices.update(cancels_on=timezone.localdate() - timedelta(days=1))
    assert why_not(ask, device_of(tanaka)) == "cancelled"


def test_lines_tell_who_rings_and_who_may_call(ask: Run, office: Tenant, tanaka: Person) -> None:
    number = office.common_line.number if office.common_line else ""
    assert {e for (e,) in ask("SELECT extension FROM edge.line_in WHERE number = %s", number)} == {
        "1000",
        "2000",
        "3000",
    }
    assert ask("SELECT code, is_default FROM edge.line_out WHERE person_id = %s", tanaka.pk) == [
        ("001", True)
    ]
    stop_people(by=None, tenant=office, people=[tanaka])
    assert {e for (e,) in ask("SELECT extension FROM edge.line_in WHERE number = %s", number)} == {
        "2000",
        "3000",
    }
    assert ask("SELECT code FROM edge.line_out WHERE person_id = %s", tanaka.pk) == []


def test_pickup_rights_name_the_department(ask: Run, tanaka: Person) -> None:
    assert ask("SELECT department_number FROM edge.pickup WHERE person_id = %s", tanaka.pk) == [("100",)]
