"""What the views tell the edge follows at once from what the portal wrote (C-09, D-01, D-05)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from naisen.portal.departments.actions import (
    DepartmentData,
    delete_departments,
    edit_department,
    register_department,
)
from naisen.portal.departments.models import Department
from naisen.portal.devices.actions import assign_device, reset_password
from naisen.portal.devices.models import Credential, Device
from naisen.portal.lines.actions import LineSettings, edit_line
from naisen.portal.lines.default_actions import make_common, set_default_line
from naisen.portal.lines.models import Line
from naisen.portal.people.actions import resume_people, stop_people
from naisen.portal.people.choosing import Difference
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


def ids(office: Tenant, *names: str) -> frozenset[int]:
    return frozenset(Person.objects.filter(tenant=office, name__in=names).values_list("pk", flat=True))


@pytest.fixture
def second(office: Tenant) -> Line:
    """大阪【0600000002】, nobody's so far."""
    return Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")


def test_a_department_rings_whom_its_screen_ticks(ask: Run, office: Tenant) -> None:
    """S1-80, S1-84: at once, and no longer once they are unticked."""
    data = DepartmentData(name="サポート", extension="200", ring_timeout_s=25)
    made = register_department(by=None, tenant=office, data=data, members=ids(office, "田中", "佐藤"))
    assert rings(ask, "200") == {"kmy00001", "kmy00003"}
    change = Difference(added=ids(office, "鈴木"), removed=ids(office, "田中"))
    edit_department(by=None, department=made, version=1, data=data, members=change)
    assert rings(ask, "200") == {"kmy00002", "kmy00003"}
    assert ask("SELECT timeout_s FROM edge.number WHERE digits = '200'") == [(25,)]


def test_a_deleted_department_rings_nobody(ask: Run, office: Tenant, tanaka: Person) -> None:
    """S1-85."""
    delete_departments(by=None, tenant=office, departments=list(Department.objects.filter(tenant=office)))
    assert ask("SELECT 1 FROM edge.number WHERE digits = '100'") == []
    assert ask("SELECT 1 FROM edge.ring WHERE kind = 'department'") == []
    assert ask("SELECT 1 FROM edge.pickup WHERE person_id = %s", tanaka.pk) == []


def test_a_lines_settings_reach_the_edge(ask: Run, office: Tenant, second: Line) -> None:
    """S1-120, C-06: also those of a line that rings nobody."""
    columns = "timeout_s, no_answer, no_answer_number, no_answer_department_number, max_calls"
    assert ask(f"SELECT {columns} FROM edge.line WHERE number = '0600000002'") == [
        (60, "busy", "", None, None)
    ]
    edit_line(
        by=None,
        line=second,
        version=1,
        settings=LineSettings(
            ring_timeout_s=20,
            no_answer=Line.NoAnswer.DEPARTMENT,
            no_answer_department=Department.objects.get(tenant=office),
        ),
        recipients=Difference(added=ids(office, "田中")),
        callers=Difference(added=ids(office, "佐藤")),
    )
    assert ask(f"SELECT {columns} FROM edge.line WHERE number = '0600000002'") == [
        (20, "department", "", "100", None)
    ]
    assert ask("SELECT extension, timeout_s FROM edge.line_in WHERE number = '0600000002'") == [("1000", 20)]
    (sato,) = ids(office, "佐藤")
    assert ask("SELECT is_default FROM edge.line_out WHERE person_id = %s AND code = '002'", sato) == [
        (False,)
    ]


def defaults(ask: Run, office: Tenant, name: str) -> list[str]:
    (pk,) = ids(office, name)
    found = ask("SELECT code FROM edge.line_out WHERE person_id = %s AND is_default", pk)
    return [str(code) for (code,) in found]


def test_default_lines_follow_at_once(ask: Run, office: Tenant, second: Line) -> None:
    """S1-90, D-04: ticked, then back to the common line."""
    set_default_line(by=None, line=second, change=Difference(added=ids(office, "佐藤")))
    assert defaults(ask, office, "佐藤") == ["002"]
    set_default_line(by=None, line=second, change=Difference(removed=ids(office, "佐藤")))
    assert defaults(ask, office, "佐藤") == ["001"]


def test_the_common_line_follows_at_once(ask: Run, office: Tenant, second: Line) -> None:
    """S1-94: for everybody without a line of their own."""
    make_common(by=None, tenant=office, line=second, instead_of=office.common_line_id)
    assert [defaults(ask, office, name) for name in ("田中", "鈴木", "佐藤")] == [["001"], ["002"], ["002"]]
