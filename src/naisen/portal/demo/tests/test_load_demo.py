"""The demo's data are what requirements.md lists, and loading them twice changes nothing."""

import json
import stat
from pathlib import Path

import pytest
from django.core.management import call_command

from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def demo_file(db: None, settings: "pytest.FixtureRequest", tmp_path: Path) -> Path:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    call_command("load_demo")
    return tmp_path / "demo.json"


def test_the_company_of_the_manuals(demo_file: Path) -> None:
    scope.set_scope(scope.EVERYTHING)
    office = Tenant.objects.get(name="株式会社テスト")
    people = Person.objects.filter(tenant=office).order_by("number__digits")
    assert [str(p) for p in people] == ["田中【1000】", "鈴木【2000】", "佐藤【3000】"]
    assert Device.objects.filter(tenant=office).count() == 7
    assert Device.objects.filter(tenant=office, person=None).count() == 4
    assert str(office.common_line).startswith("株式会社テスト【")
    assert office.has_multicast


def test_the_file_says_who_can_sign_in_and_is_private(demo_file: Path) -> None:
    content = json.loads(demo_file.read_text())
    assert stat.S_IMODE(demo_file.stat().st_mode) == 0o600
    assert {login["tenant"] for login in content["logins"]} == {"株式会社テスト", "みなと物流株式会社", None}
    assert all(set(d) == {"login", "password", "domain", "extension", "person"} for d in content["devices"])
    assert len(content["demo_phones"]) == 2
    assert {login["role"] for login in content["logins"]} == {"tenant", "tenant-reader", "operator"}
    assert content["feature_codes"] == {
        "pickup_department": "*8",
        "pickup_extension": "**",
        "choose_line": "*9",
        "hide_number": "184",
        "show_number": "186",
    }


def test_a_second_run_changes_nothing(demo_file: Path) -> None:
    before = json.loads(demo_file.read_text())
    call_command("load_demo")
    assert json.loads(demo_file.read_text()) == before
