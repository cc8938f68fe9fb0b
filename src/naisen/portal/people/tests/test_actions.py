"""What can be done to people, and what is refused (S1-25 … S1-43, S1-63, S1-64)."""

from dataclasses import replace

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import (
    PersonData,
    delete_people,
    edit_person,
    register_person,
    resume_people,
    stop_people,
)
from naisen.portal.people.forwarding import Forwarding
from naisen.portal.people.models import Person
from naisen.portal.people.snapshot import snapshot
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

MORI = PersonData(name="森 拓也", extension="1012", kana="もり ﾀｸﾔ", pin="8264")


def test_everything_of_the_form_is_stored(office: Tenant, administrator: Login) -> None:
    line, department = Line.objects.get(tenant=office), Department.objects.get(tenant=office)
    spare = Device.objects.filter(tenant=office, person=None)[0]
    person = register_person(
        by=administrator,
        tenant=office,
        data=replace(
            MORI,
            default_line=line,
            departments=[department],
            pickup_departments=[department],
            inbound_lines=[line],
            outbound_lines=[line],
            devices=[spare],
            ring_timeout_s=25,
            memo="2F",
        ),
    )
    assert snapshot(Person.objects.get(pk=person.pk)) == Forwarding().columns() | {
        "name": "森 拓也",
        "kana": "モリ タクヤ",
        "extension": "1012",
        "default_line": "株式会社テスト【0500000000】",
        "ring_timeout_s": 25,
        "memo": "2F",
        "departments": ["営業部"],
        "pickup_departments": ["営業部"],
        "inbound_lines": ["株式会社テスト【0500000000】"],
        "outbound_lines": ["株式会社テスト【0500000000】"],
        "devices": ["kmy00004"],
    }
    assert person.pin_hash.startswith("argon2$")


@pytest.mark.parametrize(("digits", "owner"), [("1000", "田中"), ("100", "営業部")])
def test_a_number_has_one_owner_over_people_and_departments(
    office: Tenant, administrator: Login, digits: str, owner: str
) -> None:
    """S1-32."""
    with pytest.raises(Refusal, match=owner) as refusal:
        register_person(by=administrator, tenant=office, data=replace(MORI, extension=digits))
    assert refusal.value.field == "extension"
    assert Person.objects.filter(tenant=office).count() == 3


def test_another_tenant_may_use_the_same_number(elsewhere: Tenant, stranger: Login) -> None:
    assert register_person(by=stranger, tenant=elsewhere, data=replace(MORI, extension="2000"))


@pytest.mark.parametrize("pin", ["123", "12345678901", "12ab", "１２３５", "1234", "9876", "1111", "1012"])
def test_a_guessable_or_malformed_pin_is_refused(office: Tenant, administrator: Login, pin: str) -> None:
    """S1-33."""
    with pytest.raises(Refusal) as refusal:
        register_person(by=administrator, tenant=office, data=replace(MORI, pin=pin))
    assert refusal.value.field == "pin"


def test_a_default_line_must_be_one_to_call_out_on(office: Tenant, administrator: Login) -> None:
    """S1-40."""
    line = Line.objects.get(tenant=office)
    with pytest.raises(Refusal) as refusal:
        register_person(by=administrator, tenant=office, data=replace(MORI, default_line=line))
    assert refusal.value.field == "default_line"


def test_editing_keeps_the_pin_and_leaves_what_changed(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    data = PersonData(name="田中 美咲", extension="1001", devices=list(tanaka.devices.all()))
    edited = edit_person(by=administrator, person=tanaka, version=tanaka.version, data=data)
    assert (edited.number.digits, edited.version) == ("1001", tanaka.version + 1)
    assert edited.devices.count() == 1
    entry = Entry.objects.latest("sequence")
    assert entry.before == {
        "name": "田中",
        "kana": "タナカ",
        "extension": "1000",
        "default_line": "株式会社テスト【0500000000】",
        "departments": ["営業部"],
        "pickup_departments": ["営業部"],
        "inbound_lines": ["株式会社テスト【0500000000】"],
        "outbound_lines": ["株式会社テスト【0500000000】"],
    }


def test_a_stale_form_overwrites_nothing(administrator: Login, tanaka: Person) -> None:
    data = PersonData(name="先", extension="1000")
    edit_person(by=administrator, person=tanaka, version=1, data=data)
    with pytest.raises(StaleVersion):
        edit_person(by=administrator, person=tanaka, version=1, data=replace(data, name="後"))
    assert Person.objects.get(pk=tanaka.pk).name == "先"


def test_a_device_taken_off_a_person_is_unused(administrator: Login, tanaka: Person) -> None:
    edit_person(by=administrator, person=tanaka, version=1, data=PersonData(name="田中", extension="1000"))
    assert Device.objects.get(login="kmy00001").person is None


def test_stopping_keeps_the_number_and_resuming_brings_back(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    """S1-25, S1-63."""
    assert stop_people(by=administrator, tenant=office, people=[tanaka]) == 1
    assert stop_people(by=administrator, tenant=office, people=[tanaka]) == 0
    with pytest.raises(Refusal):
        register_person(by=administrator, tenant=office, data=replace(MORI, extension="1000"))
    assert resume_people(by=administrator, tenant=office, people=[tanaka]) == 1
    assert Person.objects.get(pk=tanaka.pk).stopped_at is None


def test_deleting_frees_number_and_devices(office: Tenant, administrator: Login, tanaka: Person) -> None:
    """S1-64; only a stopped person is deleted."""
    assert delete_people(by=administrator, tenant=office, people=[tanaka]) == 0
    stop_people(by=administrator, tenant=office, people=[tanaka])
    assert delete_people(by=administrator, tenant=office, people=[tanaka]) == 1
    assert not Number.objects.filter(tenant=office, digits="1000").exists()
    assert Device.objects.get(tenant=office, login="kmy00001").may_be_reset
    assert register_person(by=administrator, tenant=office, data=replace(MORI, extension="1000"))


def test_people_of_another_tenant_are_not_touched(
    office: Tenant, elsewhere: Tenant, administrator: Login
) -> None:
    theirs = list(Person.objects.filter(tenant=elsewhere))
    assert stop_people(by=administrator, tenant=office, people=theirs) == 0
    assert not Person.objects.filter(tenant=elsewhere, stopped_at__isnull=False).exists()


def test_many_are_deleted_as_one_is(office: Tenant, administrator: Login, tanaka: Person) -> None:
    """S1-64: each has its entry with all that was known, and so has each device."""
    known = {person.pk: snapshot(person) for person in Person.objects.filter(tenant=office)}
    everybody = list(Person.objects.filter(tenant=office))
    used = Device.objects.filter(tenant=office, person__isnull=False).count()
    assert stop_people(by=administrator, tenant=office, people=everybody) == 3
    assert delete_people(by=administrator, tenant=office, people=everybody) == 3
    entries = Entry.objects.filter(tenant=office, action="delete", object_type="person")
    assert {entry.object_id: entry.before for entry in entries} == known
    assert Entry.objects.filter(tenant=office, action="unassign").count() == used
    assert not Number.objects.filter(tenant=office, kind=Number.Kind.PERSON).exists()
    assert not Device.objects.filter(tenant=office, person__isnull=False).exists()
