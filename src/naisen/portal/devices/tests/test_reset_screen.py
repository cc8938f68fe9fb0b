"""PWリセット, as the clerk sees it (S1-110 … S1-113, D-05, D-10)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.devices.actions import assign_device, reset_password
from naisen.portal.devices.models import Credential, Device
from naisen.portal.devices.sheet_states import usable_from
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]
TOKYO = "Asia/Tokyo"


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


@pytest.fixture
def freed(office: Tenant) -> Device:
    """田中's device, now 未使用; its password has been in force for a day."""
    Credential.objects.filter(tenant=office).update(effective_at=timezone.now() - timedelta(days=1))
    device = Device.objects.select_related("tenant").get(tenant=office, serial=1)
    return assign_device(by=None, device=device, person=None, version=device.version)


def text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    scope.set_scope(scope.EVERYTHING)
    return str(answer.content.decode())


def test_offered_on_a_device_that_once_had_a_person(browser: Client, freed: Device) -> None:
    """S1-110, D-10: neither on one in use nor on one that never was."""
    page = text(browser, "/devices/")
    assert "アカウント 00001 のPWリセット" in page
    assert "アカウント 00002 のPWリセット" not in page
    assert "アカウント 00007 のPWリセット" not in page


def test_the_confirmation_says_what_becomes_of_both_sheets(browser: Client, freed: Device) -> None:
    """S1-111, S1-113, D-05."""
    page = text(browser, f"/devices/{freed.pk}/reset-password/")
    assert "いまの設定書" in page
    assert "もう使えません。登録中の端末は、すぐに切れます。" in page
    assert "新しい設定書" in page
    assert "明日 05:00 から使えます。出力はすぐにできます。" in page


def test_the_list_and_the_page_show_both_sheets(browser: Client, office: Tenant, freed: Device) -> None:
    """S1-111, D-05: on the list and the device's page, with the real time."""
    assert "前の設定書" not in text(browser, "/devices/")
    credential = reset_password(by=None, device=freed, version=freed.version)
    listed = text(browser, "/devices/")
    assert listed.count("明日 05:00 から使えます") == 1
    assert listed.count("前の設定書はもう使えません") == 1
    page = text(browser, f"/devices/{freed.pk}/")
    old = freed.credentials.get(version=credential.version - 1)
    assert old.ended_at
    assert f"もう使えません（{old.ended_at + timedelta(hours=9):%Y-%m-%d %H:%M} まで）" in page
    assert "明日 05:00 から使えます" in page
    Credential.objects.filter(pk=credential.pk).update(effective_at=timezone.now() - timedelta(seconds=1))
    assert "前の設定書" not in text(browser, "/devices/")
    assert "いまの設定書" in text(browser, f"/devices/{freed.pk}/")


def test_at_once_when_the_tenant_has_no_hour(browser: Client, office: Tenant, freed: Device) -> None:
    """D-05: the rule «at once»."""
    office.reset_hour = None
    office.save(update_fields=["reset_hour"])
    assert "すぐに使えます。出力はすぐにできます。" in text(browser, f"/devices/{freed.pk}/reset-password/")
    freed.refresh_from_db()
    assert reset_password(by=None, device=freed, version=freed.version).effective_at <= timezone.now()


@pytest.mark.parametrize(
    ("hours_ahead", "words"),
    [
        (-1, "すぐに使えます"),
        (2, "今日 05:00 から使えます"),
        (26, "明日 05:00 から使えます"),
        (50, "2026-11-27 05:00 から使えます"),
    ],
)
def test_the_day_is_called_by_its_name_in_the_tenants_zone(hours_ahead: int, words: str) -> None:
    """03:00 in Tokyo is still yesterday in UTC."""
    now = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert usable_from(now + timedelta(hours=hours_ahead), now=now, zone=TOKYO) == words


@pytest.mark.django_db(transaction=True)
def test_the_edge_is_told_to_drop_the_registration_at_once(freed: Device) -> None:
    """S1-111 (D), C-09: not at 05:00 and not at the next REGISTER."""
    parameters = connection.get_connection_params()
    wanted = {
        key: parameters[key] for key in ("host", "port", "dbname", "user", "password") if key in parameters
    }
    with psycopg.connect(**wanted, autocommit=True) as listener:
        listener.execute("LISTEN edge_drop")
        scope.set_scope(scope.EVERYTHING)
        reset_password(by=None, device=freed, version=freed.version)
        payloads = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]
    assert freed.login in payloads[0]


def test_the_old_password_never_comes_back(office: Tenant, freed: Device) -> None:
    """S1-111: ended for good, and no two in force."""
    credential = reset_password(by=None, device=freed, version=freed.version)
    open_ones = freed.credentials.filter(ended_at__isnull=True)
    assert list(open_ones) == [credential]
    assert freed.credentials.filter(ended_at__isnull=False).count() == 1


def test_an_entry_afterwards(browser: Client, administrator: Login, freed: Device) -> None:
    """S1-113."""
    data = {"confirmed": "yes", "version": freed.version}
    browser.post(f"/devices/{freed.pk}/reset-password/", data)
    scope.set_scope(scope.EVERYTHING)
    entry = Entry.objects.get(action="reset_password")
    assert (entry.actor_id, entry.object_id) == (administrator.pk, freed.pk)
