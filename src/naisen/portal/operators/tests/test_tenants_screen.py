"""サークル一覧 of the operator, a tenant's lines and its limits."""

import json
from typing import Any

import pytest
from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.countries import country_codes, name_of
from naisen.portal.tenants.models import Tenant

CONTRACT: dict[str, Any] = {
    "code": "002",
    "name": "大阪",
    "number": "+81 6-0000-0002",
    "trunk": "",
    "max_calls": "5",
}


def test_every_tenant_is_listed_and_found_by_its_customer(browser: Client, elsewhere: Tenant) -> None:
    page = browser.get("/operator/").content.decode()
    assert "株式会社テスト" in page
    assert "みなと物流" in page
    found = browser.get("/operator/?q=みなと").content.decode()
    assert "株式会社テスト" not in found


def test_a_line_is_registered_in_national_form_and_audited_with_the_tenant(
    browser: Client, office: Tenant, trunk: Trunk
) -> None:
    form = {**CONTRACT, "trunk": trunk.pk}
    assert browser.post(f"/operator/tenants/{office.pk}/lines/register/", form).status_code == 302
    line = Line.objects.get(tenant=office, code="002")
    assert (line.number, line.max_calls, line.trunk) == ("0600000002", 5, trunk)
    entry = Entry.objects.get(tenant=office, object_type="line", action="register")
    assert (entry.actor_name, entry.after and entry.after["number"]) == ("運用", "0600000002")
    assert "大阪" in browser.get(f"/operator/tenants/{office.pk}/").content.decode()


def test_the_first_line_of_a_tenant_becomes_its_common_one(browser: Client, office: Tenant) -> None:
    """S1-94."""
    Tenant.objects.filter(pk=office.pk).update(common_line=None)
    Line.objects.filter(tenant=office).delete()
    browser.post(f"/operator/tenants/{office.pk}/lines/register/", {**CONTRACT, "code": "001"})
    office.refresh_from_db()
    assert office.common_line == Line.objects.get(tenant=office)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "001"}, "code"),
        ({"code": "12"}, "code"),
        ({"name": ""}, "name"),
        ({"number": "0500000000"}, "number"),
        ({"number": "110"}, "number"),
        ({"number": "1000"}, "number"),
        ({"trunk": "9999"}, "trunk"),
        ({"max_calls": "0"}, "max_calls"),
    ],
)
def test_what_makes_no_line_is_refused_at_its_field(
    browser: Client, office: Tenant, changes: dict[str, str], field: str
) -> None:
    address = f"/operator/tenants/{office.pk}/lines/register/"
    answer = browser.post(address, {**CONTRACT, **changes})
    assert list(answer.context["form"].errors) == [field]


def test_a_new_line_is_offered_the_next_free_code(browser: Client, office: Tenant) -> None:
    form = browser.get(f"/operator/tenants/{office.pk}/lines/register/").context["form"]
    assert form["code"].value() == "002"


def test_a_new_number_is_asked_about_first_and_stored_when_confirmed(browser: Client, office: Tenant) -> None:
    line = Line.objects.get(tenant=office)
    address = f"/operator/tenants/{office.pk}/lines/{line.pk}/"
    form = {"code": "001", "name": line.name, "number": "0300000009", "trunk": "", "max_calls": "2"}
    form["version"] = str(line.version)
    asked = browser.post(address, form).content.decode()
    for words in (
        "0500000000 への電話は鳴らなくなります",
        "発信者番号が 0300000009",
        "田中【1000】",
        "同時に話せる",
    ):
        assert words in asked
    assert Line.objects.get(pk=line.pk).number == "0500000000"
    assert browser.post(address, {**form, "confirmed": "yes"}).status_code == 302
    assert Line.objects.get(pk=line.pk).number == "0300000009"
    stale = browser.post(address, {**form, "confirmed": "yes"})
    assert "ほかの人がこの回線を変更しました" in str(stale.context["form"].non_field_errors())


def test_deleting_a_line_names_whom_it_affects_and_returns_them_to_the_common_line(
    browser: Client, office: Tenant, tanaka: Person
) -> None:
    line = Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")
    tanaka.outbound_lines.add(line, through_defaults={"tenant_id": office.pk})
    Person.objects.filter(pk=tanaka.pk).update(default_line=line)
    address = f"/operator/tenants/{office.pk}/lines/{line.pk}/delete/"
    asked = browser.post(address).content.decode()
    assert "共通初期回線に戻るユーザ" in asked
    assert "田中【1000】" in asked
    browser.post(address, {"confirmed": "yes", "version": str(line.version)})
    assert not Line.objects.filter(pk=line.pk).exists()
    tanaka.refresh_from_db()
    assert tanaka.default_line is None
    assert Entry.objects.filter(tenant=office, object_type="person", object_id=tanaka.pk).exists()


def test_the_common_line_is_not_deleted_while_there_are_others(browser: Client, office: Tenant) -> None:
    common = Line.objects.get(tenant=office)
    Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")
    address = f"/operator/tenants/{office.pk}/lines/{common.pk}/delete/"
    browser.post(address, {"confirmed": "yes", "version": str(common.version)})
    assert Line.objects.filter(pk=common.pk).exists()


def test_a_line_is_found_under_its_own_tenant_alone(
    browser: Client, office: Tenant, elsewhere: Tenant
) -> None:
    line = Line.objects.get(tenant=elsewhere)
    for ending in ("", "delete/"):
        assert browser.post(f"/operator/tenants/{office.pk}/lines/{line.pk}/{ending}").status_code == 404


def limits_form(browser: Client, office: Tenant, **changes: Any) -> dict[str, Any]:
    seen = browser.get(f"/operator/tenants/{office.pk}/limits/").context["form"]["seen"].value()
    empty = {"max_calls": "", "calls_per_minute": "60", "yen_per_day": "", "allowed_countries": []}
    return {**empty, "seen": seen, **changes}


def test_abroad_is_closed_until_a_country_is_chosen(browser: Client, office: Tenant) -> None:
    assert office.allowed_countries == []
    page = browser.get(f"/operator/tenants/{office.pk}/").content.decode()
    assert "海外への発信はすべてできません" in page
    form = limits_form(browser, office, max_calls="10", yen_per_day="5000", allowed_countries=["US", "TW"])
    assert browser.post(f"/operator/tenants/{office.pk}/limits/", form).status_code == 302
    office.refresh_from_db()
    assert (office.max_calls, office.calls_per_minute, office.yen_per_day) == (10, 60, 5000)
    assert office.allowed_countries == ["TW", "US"]
    page = browser.get(f"/operator/tenants/{office.pk}/").content.decode()
    assert "アメリカ合衆国" in page
    entry = Entry.objects.get(tenant=office, action="edit_limits")
    assert entry.after == {"max_calls": 10, "yen_per_day": 5000, "allowed_countries": ["TW", "US"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"max_calls": "0"}, "max_calls"),
        ({"calls_per_minute": ""}, "calls_per_minute"),
        ({"yen_per_day": "-1"}, "yen_per_day"),
        ({"allowed_countries": ["JP"]}, "allowed_countries"),
        ({"allowed_countries": ["XX"]}, "allowed_countries"),
        ({"seen": "nonsense"}, "seen"),
    ],
)
def test_a_limit_that_is_none_is_refused(
    browser: Client, office: Tenant, changes: dict[str, Any], field: str
) -> None:
    form = limits_form(browser, office, **changes)
    answer = browser.post(f"/operator/tenants/{office.pk}/limits/", form)
    assert field in answer.context["form"].errors
    office.refresh_from_db()
    assert office.max_calls is None


def test_limits_that_somebody_changed_meanwhile_are_not_overwritten(browser: Client, office: Tenant) -> None:
    form = limits_form(browser, office, max_calls="10")
    Tenant.objects.filter(pk=office.pk).update(max_calls=3)
    answer = browser.post(f"/operator/tenants/{office.pk}/limits/", form)
    assert "ほかの人がこの制限を変更しました" in str(answer.context["form"].non_field_errors())
    again = {**form, "seen": answer.context["form"]["seen"].value()}
    assert json.loads(again["seen"])["max_calls"] == 3
    assert browser.post(f"/operator/tenants/{office.pk}/limits/", again).status_code == 302


def test_countries_have_japanese_names() -> None:
    assert len(country_codes()) > 200
    assert name_of("KR", "ja") == "韓国"
    assert name_of("KR", "en") == "South Korea"
    assert "JP" not in country_codes()


def test_nobody_but_the_operator_finds_these_screens(
    browser: Client, administrator: Login, reader: Login, office: Tenant, trunk: Trunk
) -> None:
    for path in ("/operator/", "/operator/trunks/", f"/operator/tenants/{office.pk}/limits/"):
        for login in (administrator, reader):
            client = Client()
            client.force_login(login)
            assert client.get(path).status_code == 404
        nobody = Client().get(path)
        assert nobody.headers["Location"] == f"/operator/sign-in/?next={path}"


def test_the_operator_signs_in_at_an_address_of_its_own(operator: Login) -> None:
    client = Client()
    pair = {"login_id": "operator", "password": "a long enough password"}
    assert client.post("/sign-in/", pair).status_code == 200
    assert client.post("/operator/sign-in/", pair).headers["Location"] == "/operator/"
    assert client.get("/").headers["Location"] == "/operator/"
    menu = client.get("/operator/").content.decode()
    assert "トランク一覧" in menu
    assert "ユーザ一覧" not in menu
