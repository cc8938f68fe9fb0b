"""ユーザ登録 and ユーザ編集 (S1-30 … S1-43)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Manager
from django.test import Client

from naisen.portal.conftest import SCOPED
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.people.actions import PersonData, edit_person
from naisen.portal.people.forms import PersonForm
from naisen.portal.people.forwarding import Forwarding
from naisen.portal.people.models import Person
from naisen.portal.people.snapshot import snapshot
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

FILLED = {"name": "高橋 はな", "extension": "4000", "ring_timeout_s": "45"}


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


def page_of(client: Client, path: str, data: dict[str, Any] | None = None) -> str:
    answer = client.post(path, data) if data is not None else client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_form_has_every_field_of_the_manual(browser: Client) -> None:
    """S1-08, S1-30 … S1-42: the manual's labels, and * on what is required."""
    page = " ".join(page_of(browser, "/people/register/").split())
    for label in ("ユーザ名", "内線番号", "内線ダイヤルタイムアウト"):
        assert f'{label}<span class="req" aria-hidden="true">*</span>' in page
    for label in ("フリガナ", "パスワード", "ユーザ固有初期回線", "メモ"):
        assert f"> {label} </label>" in page
    for label in ("所属名", "ピックアップ対象所属", "アカウント", "着信回線", "発信回線"):
        assert f'<legend class="label">{label}</legend>' in page
    assert "半角数字のみ10桁まで設定可能" in page
    assert "選択肢を検索してください" in page
    assert "共通初期回線</option>" in page
    assert 'name="ring_timeout_s" value="60"' in page
    assert "kmy00004 [cplus01.jp]" in page
    assert "kmy00001 [cplus01.jp]" not in page


def test_a_name_is_required(browser: Client, office: Tenant) -> None:
    """S1-30: blanks are no name; the rest of the input is kept."""
    page = page_of(browser, "/people/register/", {**FILLED, "name": " 　", "memo": "窓側"})
    assert "このフィールドは必須です。" in page or "ユーザ名を入力してください。" in page
    assert "窓側</textarea>" in page
    with scope.scoped(scope.EVERYTHING):
        assert not Person.objects.filter(tenant=office, number__digits="4000").exists()


def test_registering_stores_everything(browser: Client, office: Tenant) -> None:
    """S1-31 to S1-42, among them the memo (S1-42)."""
    line, department = Line.objects.get(tenant=office), Department.objects.get(tenant=office)
    spare = Device.objects.get(tenant=office, serial=4)
    data = {
        **FILLED,
        "kana": "たかはし ﾊﾅ",
        "extension": "４０００",
        "pin": "8264",
        "departments": [department.pk],
        "pickup_departments": [department.pk],
        "default_line": line.pk,
        "inbound_lines": [line.pk],
        "outbound_lines": [line.pk],
        "devices": [spare.pk],
        "memo": "2F",
    }
    done = browser.post("/people/register/", data, follow=True)
    assert "登録に成功しました" in done.content.decode()
    with scope.scoped(scope.EVERYTHING):
        person = Person.objects.get(tenant=office, number__digits="4000")
        assert snapshot(person) == Forwarding().columns() | {
            "name": "高橋 はな",
            "kana": "タカハシ ハナ",
            "extension": "4000",
            "default_line": str(line),
            "ring_timeout_s": 45,
            "memo": "2F",
            "departments": ["営業部"],
            "pickup_departments": ["営業部"],
            "inbound_lines": [str(line)],
            "outbound_lines": [str(line)],
            "devices": ["kmy00004"],
        }
        assert person.pin_hash


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "このフィールドは必須です"),
        ("extension", "", "このフィールドは必須です"),
        ("extension", "12a", "内線番号は半角数字7桁以内で入力してください。"),
        ("extension", "12345678", "7 文字以下"),
        ("extension", "1000", "内線番号「1000」は「田中」が使用中です。"),
        ("extension", "100", "内線番号「100」は「営業部」が使用中です。"),
        ("pin", "12ab", "パスワードは半角数字だけで入力してください。"),
        ("pin", "4000", "パスワードを内線番号と同じにはできません。"),
        ("pin", "1234", "続き番号や同じ数字だけのパスワードは使えません。"),
        ("ring_timeout_s", "0", "1 以上"),
        ("ring_timeout_s", "99999", "3600 以下"),
    ],
)
def test_an_error_stands_beside_its_field_and_the_input_is_kept(
    browser: Client, office: Tenant, field: str, value: str, message: str
) -> None:
    """S1-43."""
    page = page_of(browser, "/people/register/", {**FILLED, "memo": "残る", field: value})
    assert message in page
    assert "保存できませんでした。" in page
    assert f'href="#id_{field}"' in page
    assert f'id="id_{field}_error"' in page
    assert "残る</textarea>" in page
    assert 'aria-invalid="true"' in page
    with scope.scoped(scope.EVERYTHING):
        assert Person.objects.filter(tenant=office).count() == 3


def test_every_error_shows_at_once(browser: Client) -> None:
    page = page_of(browser, "/people/register/", {"name": "", "extension": "1000", "pin": "1111"})
    for field in ("name", "extension", "pin", "ring_timeout_s"):
        assert f'id="id_{field}_error"' in page


def test_a_default_line_outside_the_outbound_lines_is_refused(browser: Client, office: Tenant) -> None:
    """S1-40."""
    line = Line.objects.get(tenant=office)
    page = page_of(browser, "/people/register/", {**FILLED, "default_line": line.pk})
    assert "発信回線にありません。" in page
    assert 'id="id_default_line_error"' in page


@pytest.mark.parametrize(
    "field", ["departments", "inbound_lines", "outbound_lines", "devices", "default_line"]
)
def test_another_tenants_rows_cannot_be_chosen(browser: Client, elsewhere: Tenant, field: str) -> None:
    rows: dict[str, Manager[Any]] = {
        "departments": Department.objects,
        "inbound_lines": Line.objects,
        "outbound_lines": Line.objects,
        "default_line": Line.objects,
        "devices": Device.objects,
    }
    theirs = rows[field].filter(tenant=elsewhere)[0]
    page = page_of(browser, "/people/register/", {**FILLED, field: theirs.pk})
    assert f'id="id_{field}_error"' in page


def filled(person: Person, **changes: Any) -> dict[str, Any]:
    """What the browser sends for `person` when only `changes` were typed."""
    data: dict[str, Any] = {"version": person.version, "pin": ""}
    for name in PersonForm.base_fields:
        value = getattr(person, name, None)
        if name in ("departments", "pickup_departments", "inbound_lines", "outbound_lines", "devices"):
            data[name] = [row.pk for row in value.all()]  # type: ignore[union-attr]
        elif name == "default_line":
            data[name] = person.default_line_id or ""
        elif name not in ("pin", "remove_pin"):
            data[name] = person.number.digits if name == "extension" else value
    return data | changes


def test_editing_says_so_and_keeps_the_rest(browser: Client, office: Tenant, tanaka: Person) -> None:
    before = snapshot(tanaka)
    done = browser.post(f"/people/{tanaka.pk}/", filled(tanaka, extension="1001"), follow=True)
    assert "編集に成功しました" in done.content.decode()
    with scope.scoped(scope.EVERYTHING):
        assert snapshot(Person.objects.get(pk=tanaka.pk)) == {**before, "extension": "1001"}


def test_the_page_shows_devices_changes_and_what_can_be_done(
    browser: Client, tanaka: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(20):
        page = page_of(browser, f"/people/{tanaka.pk}/")
    for words in ("端末の状態", "00001", "最近の変更", "登録", "このユーザを停止する", "システム"):
        assert words in page


def test_a_stale_form_is_refused_and_says_what_changed(
    browser: Client, office: Tenant, administrator: Login, tanaka: Person
) -> None:
    opened = filled(tanaka, memo="私のメモ")
    data = PersonData(name="田中 美咲", extension="1000", ring_timeout_s=30)
    edit_person(by=administrator, person=tanaka, version=tanaka.version, data=data)
    page = page_of(browser, f"/people/{tanaka.pk}/", opened)
    assert "ほかの人がこのユーザを変更しました" in page
    assert "ユーザ名: 田中 → 田中 美咲" in page
    assert "内線ダイヤルタイムアウト: 60秒 → 30秒" in page
    assert "私のメモ</textarea>" in page
    again = browser.post(f"/people/{tanaka.pk}/", {**opened, "version": tanaka.version + 1}, follow=True)
    assert "編集に成功しました" in again.content.decode()


def test_a_pin_is_kept_changed_or_removed(browser: Client, tanaka: Person) -> None:
    """S1-33."""

    def pin_hash() -> str:
        with scope.scoped(scope.EVERYTHING):
            tanaka.refresh_from_db()
            return tanaka.pin_hash

    browser.post(f"/people/{tanaka.pk}/", filled(tanaka, pin="8264"))
    first = pin_hash()
    assert first
    page = page_of(browser, f"/people/{tanaka.pk}/")
    assert first not in page
    assert not re.search(r"(?<!\d)8264(?!\d)", page)  # but in a time's microseconds it may be
    assert "設定済みのパスワードを消す" in page
    with scope.scoped(scope.EVERYTHING):
        kept, removed = filled(tanaka), filled(tanaka, remove_pin="on", version=tanaka.version + 1)
    browser.post(f"/people/{tanaka.pk}/", kept)
    assert pin_hash() == first
    browser.post(f"/people/{tanaka.pk}/", removed)
    assert pin_hash() == ""


def test_without_departments_their_fields_are_not_shown(browser: Client, office: Tenant) -> None:
    """S1-35."""
    Department.objects.filter(tenant=office).delete()
    page = page_of(browser, "/people/register/")
    assert "所属名" not in page
    assert "ピックアップ対象所属" not in page


@pytest.fixture
def stock(office: Tenant) -> list[Device]:
    """120 spare devices more."""
    server = Device.objects.filter(tenant=office)[0].server
    return Device.objects.bulk_create(
        Device(
            tenant=office, serial=900 + n, unique_number=f"{90_000 + n}", login=f"stock{n:03d}", server=server
        )
        for n in range(120)
    )


def test_many_spare_devices_are_searched_for(browser: Client, office: Tenant, stock: list[Device]) -> None:
    """S1-38 with thousands in stock: the page holds fifty, the server finds the others."""
    page = page_of(browser, "/people/register/")
    assert page.count('name="devices"') == 50
    assert 'data-source="/people/devices/"' in page
    found = page_of(browser, "/people/devices/?q=stock119")
    assert found.count('name="devices"') == 1
    assert f'value="{stock[119].pk}"' in found
    assert "checked" not in found


def test_a_device_found_by_searching_stays_and_is_stored(
    browser: Client, office: Tenant, stock: list[Device]
) -> None:
    """S1-43: what was chosen is not lost when another field is wrong."""
    chosen = {**FILLED, "devices": [stock[119].pk]}
    page = page_of(browser, "/people/register/", {**chosen, "name": ""})
    ticked = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert any(f'value="{stock[119].pk}"' in box for box in ticked)
    browser.post("/people/register/", chosen)
    scope.set_scope(scope.EVERYTHING)
    stock[119].refresh_from_db()
    assert stock[119].person is not None
    assert stock[119].person.name == FILLED["name"]


def test_the_persons_own_device_comes_ticked(browser: Client, tanaka: Person, stock: list[Device]) -> None:
    own = tanaka.devices.get()
    page = page_of(browser, f"/people/{tanaka.pk}/")
    assert f'data-source="/people/{tanaka.pk}/devices/"' in page
    found = page_of(browser, f"/people/{tanaka.pk}/devices/?q={own.login}")
    assert "checked" in found


def test_the_form_asks_few_queries(
    browser: Client, tanaka: Person, stock: list[Device], django_assert_max_num_queries: Any
) -> None:
    """Twelve, and two that set the scope."""
    with django_assert_max_num_queries(14 + SCOPED):
        browser.get(f"/people/{tanaka.pk}/")
