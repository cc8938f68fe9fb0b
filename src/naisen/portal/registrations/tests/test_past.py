"""A device's past: bar, flapping as one line, and an office that drops as one (all of one page)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.registrations.bar import Span, bar_of
from naisen.portal.registrations.models import Event
from naisen.portal.registrations.past import LINES, past_of
from naisen.portal.registrations.spells import spells
from naisen.portal.registrations.together import drops, drops_around
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def ago(**how_long: float) -> datetime:
    return NOW - timedelta(**how_long)


def test_the_bar_of_a_day() -> None:
    changes = [
        (ago(hours=30), "registered"),
        (ago(hours=12), "expired"),
        (ago(hours=6), "registered"),
        (ago(hours=3), "moved"),
    ]
    bar = bar_of(
        Span.DAY,
        NOW,
        TOKYO,
        changes=changes,
        refused=[(ago(hours=7), 4), (ago(days=2), 9), (ago(hours=1), 1)],
    )
    assert [(one.is_registered, one.x, one.width) for one in bar.stretches] == [
        (True, 0.0, 50.0),
        (False, 50.0, 25.0),
        (True, 75.0, 25.0),
    ]
    assert (bar.registered_percent, bar.losses, bar.refusals) == (75, 1, 5)
    assert bar.marks == (70.83, 95.83)
    assert [tick.text for tick in bar.ticks] == ["15:00", "18:00", "21:00", "0:00", "3:00", "6:00", "9:00"]


def test_before_the_first_event_nothing_is_claimed() -> None:
    bar = bar_of(Span.WEEK, NOW, TOKYO, changes=[(ago(days=1), "registered")])
    assert [one.is_registered for one in bar.stretches] == [None, True]
    empty = bar_of(Span.WEEK, NOW, TOKYO, changes=[])
    assert [(one.is_registered, one.width) for one in empty.stretches] == [(None, 100.0)]
    assert [tick.text for tick in empty.ticks] == [f"11/{day}" for day in range(18, 25)]


def test_a_moment_without_registration_is_seen_and_is_not_rounded_away() -> None:
    changes = [
        (ago(days=2), "registered"),
        (ago(hours=5), "expired"),
        (ago(hours=5, seconds=-3), "registered"),
    ]
    bar = bar_of(Span.DAY, NOW, TOKYO, changes=changes)
    assert bar.stretches[1].width > 0.1
    assert bar.registered_percent == 99


def test_hours_of_flapping_are_joined() -> None:
    def event(minutes: float, what: str) -> Event:
        return Event(at=ago(minutes=minutes), what=what)

    steady = [event(400, "registered"), event(395, "expired")]
    wild = [event(118 - 9 * n, ("registered", "expired")[n % 2]) for n in range(13)]
    (spell,) = spells([*steady, *wild], TOKYO)
    assert (spell.began_at, spell.ended_at) == (ago(hours=2), ago(hours=0))
    assert spell.losses == 6


def happened(device: Device, at: datetime, what: str, address: str = "203.0.113.5:41000") -> None:
    """Write an event as the trigger would; the portal itself may not."""
    import os

    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute(
            "INSERT INTO registrations_event (tenant_id, device_id, at, what, contact, address, terminal)"
            " VALUES (%s, %s, %s, %s, 'sip:x@192.168.1.5', %s, 'Yealink')",
            (device.tenant_id, device.pk, at, what, address),
        )


@pytest.fixture
def devices(office: Tenant, transactional_db: None) -> list[Device]:
    return list(Device.objects.filter(tenant=office).order_by("serial")[:5])


@pytest.mark.django_db(transaction=True)
def test_an_office_that_drops_as_one_is_one_event(office: Tenant, devices: list[Device]) -> None:
    now = timezone.now()
    for second, device in enumerate(devices[:3]):
        happened(device, now - timedelta(seconds=30 - second), "expired", f"203.0.113.5:{41000 + second}")
    happened(devices[3], now - timedelta(seconds=29), "expired", "198.51.100.7:5060")
    happened(devices[4], now - timedelta(minutes=5), "expired", "203.0.113.5:41009")
    happened(devices[4], now - timedelta(seconds=29), "unregistered", "203.0.113.5:41009")
    (drop,) = drops(office, now - timedelta(hours=1), now)
    assert drop.device_ids == {device.pk for device in devices[:3]}
    assert str(drop).endswith("の 3 台が同時に切れました")
    assert "203.0.113.5" in str(drop)
    assert drops_around(office, [now - timedelta(seconds=30)]) == [drop]
    assert drops_around(office, []) == []


@pytest.mark.django_db(transaction=True)
def test_a_department_gives_the_place_its_name(office: Tenant, devices: list[Device]) -> None:
    member = Person.objects.filter(tenant=office, departments__isnull=False).first()
    Device.objects.filter(pk__in=[device.pk for device in devices]).update(person=member)
    now = timezone.now()
    for device in devices:
        happened(device, now, "expired")
    assert str(drops_around(office, [now])[0]) == "営業部(203.0.113.5)の 5 台が同時に切れました"


@pytest.mark.django_db(transaction=True)
def test_another_tenants_losses_are_none_of_ours(office: Tenant, elsewhere: Tenant) -> None:
    theirs = list(Device.objects.filter(tenant=elsewhere))
    ours = Device.objects.filter(tenant=office).first()
    assert ours is not None
    now = timezone.now()
    for device in [*theirs, *theirs, *theirs, ours]:
        happened(device, now, "expired")
    assert drops(office, now - timedelta(hours=1), now + timedelta(hours=1)) == []
    with scope.scoped(scope.of_tenants([office.pk])):
        assert drops(elsewhere, now - timedelta(hours=1), now + timedelta(hours=1)) == []


@pytest.mark.django_db(transaction=True)
def test_the_page_tells_flapping_in_a_line_and_the_office_in_another(
    office: Tenant, devices: list[Device], reader: Login, sign_in: Callable[[Login], Client], settings: Any
) -> None:
    device, now = devices[0], timezone.now()
    hour = (now - timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    for minute in range(14):
        happened(device, hour + timedelta(minutes=4 * minute), "registered")
        happened(device, hour + timedelta(minutes=4 * minute + 2), "expired")
    for other in devices[:4]:
        happened(other, now - timedelta(minutes=5), "expired")
    page = sign_in(reader).get(f"/devices/{device.pk}/?span=week").content.decode()
    clock = hour.astimezone(TOKYO)
    assert f"{clock:%H:%M}–{clock + timedelta(hours=1):%H:%M} に 14 回切れました" in page
    assert "28件の履歴を見る" in page
    assert "の 4 台が同時に切れました" in page
    assert "なぜ未登録?" in page
    assert 'class="regbar"' in page
    assert "切れた回数は15回" in page


@pytest.mark.django_db(transaction=True)
def test_the_bar_of_a_device_that_changed_very_often_is_whole(office: Tenant, devices: list[Device]) -> None:
    device, now = devices[0], timezone.now()
    happened(device, now - timedelta(days=9), "registered")
    for n in range(310):
        happened(device, now - timedelta(minutes=620 - 2 * n), ("expired", "registered")[n % 2])
    past = past_of(office, device, Span.WEEK, now)
    assert past.bar.losses == 155
    assert past.bar.stretches[0].is_registered
    assert len(past.moments) <= LINES
