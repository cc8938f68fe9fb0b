"""What can be done to departments, and what is refused (S1-80 … S1-85, S1-35)."""

from dataclasses import replace

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.departments.actions import (
    DepartmentData,
    delete_departments,
    edit_department,
    register_department,
)
from naisen.portal.departments.models import Department, Membership, PickupRight
from naisen.portal.lines.models import Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import PersonData, edit_person
from naisen.portal.people.choosing import Difference
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

SUPPORT = DepartmentData(name="サポート", extension="200")


@pytest.fixture
def sales(office: Tenant) -> Department:
    """営業部, number 100, with 田中 and 鈴木."""
    return Department.objects.get(tenant=office)


def members(department: Department) -> set[str]:
    return set(Membership.objects.filter(department=department).values_list("person__name", flat=True))


def test_a_department_is_stored_with_its_people(office: Tenant, administrator: Login, tanaka: Person) -> None:
    """S1-80, S1-83, S1-84, S1-85: an ID of its own in the tenant, 360 seconds."""
    made = register_department(by=administrator, tenant=office, data=SUPPORT, members=[tanaka.pk])
    stored = Department.objects.get(pk=made.pk)
    assert (stored.code, str(stored.number), stored.ring_timeout_s, stored.multicast) == (
        "00002",
        "200",
        360,
        False,
    )
    assert members(stored) == {"田中"}
    entry = Entry.objects.filter(object_type="department").latest("sequence")
    assert entry.action == "register"
    assert (entry.after or {})["joined"] == ["田中【1000】"]


@pytest.mark.parametrize(("digits", "owner"), [("1000", "田中"), ("100", "営業部")])
def test_a_number_in_use_is_refused_by_name(
    office: Tenant, administrator: Login, digits: str, owner: str
) -> None:
    """S1-80."""
    with pytest.raises(Refusal, match=owner) as refusal:
        register_department(by=administrator, tenant=office, data=replace(SUPPORT, extension=digits))
    assert refusal.value.field == "extension"
    assert Department.objects.filter(tenant=office).count() == 1


def test_a_name_in_use_is_refused(office: Tenant, administrator: Login) -> None:
    with pytest.raises(Refusal) as refusal:
        register_department(by=administrator, tenant=office, data=replace(SUPPORT, name=" 営業部 "))
    assert refusal.value.field == "name"


def test_multicast_needs_the_option(elsewhere: Tenant, office: Tenant, stranger: Login) -> None:
    """S1-81; S1-82's announcement goes to departments with this flag, so it is never set without the option."""
    data = replace(SUPPORT, multicast=True)
    with pytest.raises(Refusal) as refusal:
        register_department(by=stranger, tenant=elsewhere, data=data)
    assert refusal.value.field == "multicast"
    assert register_department(by=None, tenant=office, data=data).multicast


def test_people_join_and_leave_and_the_others_stay(
    office: Tenant, administrator: Login, sales: Department
) -> None:
    """S1-84: somebody who joined while the form was open stays, too."""
    tanaka, sato = (Person.objects.get(tenant=office, name=name) for name in ("田中", "佐藤"))
    change = Difference(added=frozenset([sato.pk]), removed=frozenset([tanaka.pk]))
    data = DepartmentData(name="営業", extension="101", ring_timeout_s=30)
    edited = edit_department(by=administrator, department=sales, version=1, data=data, members=change)
    assert (edited.version, edited.name, edited.number.digits) == (2, "営業", "101")
    assert members(edited) == {"鈴木", "佐藤"}
    entry = Entry.objects.filter(object_type="department").latest("sequence")
    assert entry.before == {
        "name": "営業部",
        "extension": "100",
        "ring_timeout_s": 360,
        "joined": [],
        "left": [],
    }
    assert entry.after == {
        "name": "営業",
        "extension": "101",
        "ring_timeout_s": 30,
        "joined": ["佐藤【3000】"],
        "left": ["田中【1000】"],
    }


def test_joining_makes_the_persons_own_form_stale(
    office: Tenant, administrator: Login, sales: Department
) -> None:
    """S1-35: the same data from both sides; neither side undoes the other unseen."""
    sato = Person.objects.get(tenant=office, name="佐藤")
    data = DepartmentData(name="営業部", extension="100")
    joining = Difference(added=frozenset([sato.pk]))
    edit_department(by=administrator, department=sales, version=1, data=data, members=joining)
    entry = Entry.objects.get(object_type="person", object_id=sato.pk, action="edit")
    assert (entry.before, entry.after) == ({"departments": []}, {"departments": ["営業部"]})
    with pytest.raises(StaleVersion):
        edit_person(
            by=administrator,
            person=sato,
            version=sato.version,
            data=PersonData(name="佐藤", extension="3000"),
        )
    assert members(sales) == {"田中", "鈴木", "佐藤"}


def test_leaving_from_the_persons_side_is_seen_here(
    administrator: Login, tanaka: Person, sales: Department
) -> None:
    """S1-35."""
    data = PersonData(name="田中", extension="1000", devices=list(tanaka.devices.all()))
    edit_person(by=administrator, person=tanaka, version=1, data=data)
    assert members(sales) == {"鈴木"}


def test_a_stale_form_overwrites_nothing(administrator: Login, sales: Department) -> None:
    data = DepartmentData(name="先", extension="100")
    edit_department(by=administrator, department=sales, version=1, data=data, members=Difference())
    with pytest.raises(StaleVersion):
        edit_department(
            by=administrator,
            department=sales,
            version=1,
            data=replace(data, name="後"),
            members=Difference(),
        )
    assert Department.objects.get(pk=sales.pk).name == "先"


def test_a_strangers_person_does_not_join(
    office: Tenant, elsewhere: Tenant, administrator: Login, sales: Department
) -> None:
    theirs = Person.objects.filter(tenant=elsewhere)[0]
    with pytest.raises(Refusal) as refusal:
        register_department(by=administrator, tenant=office, data=SUPPORT, members=[theirs.pk])
    assert refusal.value.field == "members"


def test_deleting_frees_the_number_and_tells_its_people(
    office: Tenant, administrator: Login, tanaka: Person, sales: Department
) -> None:
    """S1-85."""
    assert delete_departments(by=administrator, tenant=office, departments=[sales]) == 1
    assert not Number.objects.filter(tenant=office, digits="100").exists()
    assert not PickupRight.objects.filter(tenant=office).exists()
    assert Person.objects.get(pk=tanaka.pk).version == tanaka.version + 1
    assert register_department(by=administrator, tenant=office, data=replace(SUPPORT, extension="100"))


def test_a_department_that_a_line_needs_stays(
    office: Tenant, administrator: Login, sales: Department
) -> None:
    """S1-120: a call must not end in a department that is gone."""
    Line.objects.filter(tenant=office).update(no_answer="department", no_answer_department=sales)
    with pytest.raises(Refusal, match="株式会社テスト【0500000000】"):
        delete_departments(by=administrator, tenant=office, departments=[sales])
    assert Department.objects.filter(pk=sales.pk).exists()


def test_a_strangers_department_is_not_deleted(
    office: Tenant, elsewhere: Tenant, administrator: Login
) -> None:
    theirs = list(Department.objects.filter(tenant=elsewhere))
    assert delete_departments(by=administrator, tenant=office, departments=theirs) == 0
    assert Department.objects.filter(tenant=elsewhere).count() == 1
