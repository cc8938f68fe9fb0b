"""People and devices as the manual has them, and what a person's settings give the calls (S1-01 … S1-41)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from naisen.portal.departments.models import Department, PickupRight
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.people.actions import PersonData, delete_people, register_person, stop_people
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


def added(tenant: Tenant, extension: str, **more: Any) -> Person:
    return register_person(
        by=None, tenant=tenant, data=PersonData(name=f"人{extension}", extension=extension, **more)
    )


def listed(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_there_may_be_many_more_people_than_devices(office: Tenant, browser: Client) -> None:
    """S1-01: a person needs no device; S1-02: nor does one more person make one more device."""
    devices = Device.objects.filter(tenant=office).count()
    for number in range(5000, 5000 + 10 * devices):
        added(office, str(number))
    assert Device.objects.filter(tenant=office).count() == devices
    assert f"検索結果: <b>{3 + 10 * devices}</b>件" in listed(browser, "/people/")


def test_the_devices_stay_when_their_people_go(office: Tenant, administrator: Login) -> None:
    """S1-02: the contract says how many there are; unused ones count as well (検索結果: N件)."""
    before = set(Device.objects.filter(tenant=office).values_list("login", flat=True))
    people = list(Person.objects.filter(tenant=office))
    stop_people(by=administrator, tenant=office, people=people)
    delete_people(by=administrator, tenant=office, people=people)
    after = Device.objects.filter(tenant=office)
    assert set(after.values_list("login", flat=True)) == before
    assert not after.filter(person__isnull=False).exists()


def test_a_tenant_can_neither_add_nor_delete_devices() -> None:
    """S1-02: the provider issues them, the tenant assigns them."""
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    about_devices = {name for name in names if name.startswith("device")}
    assert about_devices
    assert not {name for name in about_devices if "add" in name or "register" in name or "delete" in name}


def test_times_are_the_tenants_and_lines_have_their_number(
    office: Tenant, tanaka: Person, browser: Client
) -> None:
    """S1-13: `2022-06-16 17:18:06` in Asia/Tokyo or wherever the tenant is; a line as 名称【番号】."""
    at = datetime.datetime(2022, 6, 16, 8, 18, 6, tzinfo=datetime.UTC)
    Person.objects.filter(pk=tanaka.pk).update(created_at=at)
    page = listed(browser, "/people/")
    assert "2022-06-16 17:18:06" in page
    assert "株式会社テスト【0500000000】" in page
    scope.set_scope(scope.EVERYTHING)
    Tenant.objects.filter(pk=office.pk).update(time_zone="America/New_York")
    assert "2022-06-16 04:18:06" in listed(browser, "/people/")


@pytest.mark.django_db(transaction=True)
def test_calls_go_out_on_the_common_line_unless_the_person_has_another(
    office: Tenant, as_edge: Ask, browser: Client
) -> None:
    """S1-36: nothing chosen is the common line, and a line of one's own comes before it."""
    own = Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")
    common = office.common_line
    assert common
    added(office, "5001", outbound_lines=(own, common))
    added(office, "5002", outbound_lines=(own, common), default_line=own)
    page = listed(browser, "/people/")
    assert "【ユーザ固有初期回線】" in page
    assert "大阪【0600000002】" in page
    scope.set_scope(scope.EVERYTHING)
    asked = "SELECT line_id FROM edge.line_out WHERE person_id = %s AND is_default"
    found = [
        as_edge(asked, Person.objects.get(tenant=office, number__digits=digits).pk)
        for digits in ("5001", "5002")
    ]
    assert found == [[(common.pk,)], [(own.pk,)]]


@pytest.mark.django_db(transaction=True)
def test_pickup_rights_are_of_the_chosen_departments_only(office: Tenant, as_edge: Ask) -> None:
    """S1-37: the person need not belong to them, and belonging gives no right."""
    from naisen.portal.departments.actions import DepartmentData, register_department

    support = register_department(
        by=None, tenant=office, data=DepartmentData(name="サポート", extension="200")
    )
    sales = Department.objects.get(tenant=office, name="営業部")
    person = added(office, "5001", departments=(sales,), pickup_departments=(support,))
    assert list(PickupRight.objects.filter(person=person).values_list("department_id", flat=True)) == [
        support.pk
    ]
    assert as_edge("SELECT department_id FROM edge.pickup WHERE person_id = %s", person.pk) == [(support.pk,)]


@pytest.mark.django_db(transaction=True)
def test_a_person_rings_for_as_long_as_their_settings_say(office: Tenant, as_edge: Ask) -> None:
    """S1-41: 60 seconds when nothing else is said."""
    added(office, "5001")
    added(office, "5002", ring_timeout_s=25)
    asked = "SELECT timeout_s FROM edge.number WHERE domain = %s AND digits = %s AND kind = 'person'"
    assert [as_edge(asked, office.domain, digits) for digits in ("5001", "5002")] == [[(60,)], [(25,)]]


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/people/", ("ユーザ名", "内線番号", "検索結果: ", "停止ユーザ一覧", "ユーザ一括編集")),
        ("/people/register/", ("内線ダイヤルタイムアウト", "ユーザ固有初期回線", "ピックアップ対象所属")),
        ("/lines/1/", ("応答がないとき",)),
        ("/imports/", ("取り込み履歴", "変更履歴")),
        ("/devices/", ("アカウント一覧", "レジスト状況", "検索結果: ")),
    ],
)
def test_the_manuals_words_win(browser: Client, office: Tenant, path: str, labels: tuple[str, ...]) -> None:
    """D-07: and none of the words that they replace is left."""
    line = Line.objects.get(tenant=office)
    page = listed(browser, path.replace("/lines/1/", f"/lines/{line.pk}/"))
    assert [label for label in labels if label not in page] == []
    assert [word for word in ("ユーザー", "呼び出し時間", "CSV一括編集") if word in page] == []
