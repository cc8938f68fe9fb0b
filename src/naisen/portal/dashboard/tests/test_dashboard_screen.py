"""ダッシュボード: true figures, what needs attention and what to do, today's calls, the latest changes."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.calls.queries import calls_of_day
from naisen.portal.conftest import SCOPED
from naisen.portal.dashboard.chart import HEIGHT, TOP, chart_of, scale_for
from naisen.portal.devices.models import Credential, Device
from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import stop_people
from naisen.portal.people.models import Person
from naisen.portal.registrations.models import Failure
from naisen.portal.registrations.overview import Overview, overview
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import LoginServer, Tenant

SignIn = Callable[[Login], Client]
MaxQueries = Callable[[int], Any]
Run = Callable[..., list[tuple[object, ...]]]

CALLED = (
    "INSERT INTO edge.acc (tenant_id, call_id, direction, started_at, ended_at, result, sip_code) "
    "VALUES (%s, %s, %s, %s, %s, %s, 200)"
)


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def text(client: Client, **headers: str) -> str:
    answer = client.get("/", headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def counted(office: Tenant) -> Overview:
    """The counts alone."""
    return replace(overview(office), missing_ids=())


def device_of(office: Tenant, serial: int) -> Device:
    return Device.objects.select_related("server", "person").get(tenant=office, serial=serial)


def test_every_device_is_counted_once(browser: Client, office: Tenant) -> None:
    """Seven: three with people, none registered yet; four spare."""
    assert counted(office) == Overview(missing=3, idle=4)
    page = text(browser)
    assert "<b>0</b> / 7 台が登録中" in page
    assert "未登録 <b>3</b>" in page
    assert "未使用・停止中 <b>4</b>" in page
    assert "確認できません <b>" not in page


def test_what_cannot_be_known_is_counted_apart(browser: Client, office: Tenant) -> None:
    """Three values, never a guess (rule 5)."""
    asked = LoginServer.objects.create(name="asked.jp", status_mode=LoginServer.StatusMode.ON_DEMAND)
    Device.objects.filter(tenant=office, serial=1).update(server=asked)
    Device.objects.filter(tenant=office, serial=2).update(kind=Device.Kind.TRUNK_BY_ADDRESS)
    assert counted(office) == Overview(missing=1, idle=4, unknown=1, not_supported=1)
    assert overview(office).missing_ids == [device_of(office, 3).pk]
    page = text(browser)
    assert "確認できません <b>1</b>" in page
    assert "対象外 <b>1</b>" in page


def test_the_reason_and_the_next_step_stand_beside_the_person(browser: Client, office: Tenant) -> None:
    device, now = device_of(office, 3), timezone.now()
    Credential.objects.update(effective_at=now - timedelta(hours=1))
    Failure.objects.create(
        tenant=office,
        device=device,
        domain=office.domain,
        login=device.login,
        address="203.0.113.9",
        reason="wrong_password",
        hour=now.replace(minute=0, second=0, microsecond=0),
        first_at=now,
        last_at=now,
    )
    page = text(browser)
    first = page[page.index('id="dash-attention"') :].split("</li>")[0]
    for words in (
        "パスワード違い",
        "佐藤",
        "3000",
        "入力し直してください。",
        f"/devices/{device.pk}/settings-sheet.pdf",
    ):
        assert words in first
    assert page.count('id="step-') == 3


def test_a_reader_is_led_to_the_history_and_not_to_the_password(reader: Login, sign_in: SignIn) -> None:
    page = text(sign_in(reader))
    assert "settings-sheet" not in page
    assert page.count("履歴を見る") >= 3


def test_who_is_stopped_needs_no_attention(
    browser: Client, office: Tenant, administrator: Login, tanaka: Person
) -> None:
    stop_people(by=administrator, tenant=office, people=[tanaka])
    assert counted(office) == Overview(missing=2, idle=5)
    attention = text(browser).split('id="dash-attention"')[1].split("</section>")[0]
    assert "田中" not in attention
    assert "鈴木" in attention


def many_devices(office: Tenant, count: int) -> None:
    """`count` people with a device each, never seen."""
    server = LoginServer.objects.get(name="cplus01.jp")
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=f"{500_000 + n}", kind=Number.Kind.PERSON) for n in range(count)
    )
    people = Person.objects.bulk_create(
        Person(tenant=office, number=number, name=f"人{n}", serial=1000 + n)
        for n, number in enumerate(numbers)
    )
    Device.objects.bulk_create(
        Device(
            tenant=office,
            serial=1000 + n,
            unique_number=f"{100_000 + n}",
            login=f"many{n:05d}",
            server=server,
            person=person,
        )
        for n, person in enumerate(people)
    )


def test_ten_are_named_and_the_others_counted(
    browser: Client, office: Tenant, django_assert_max_num_queries: MaxQueries
) -> None:
    many_devices(office, 300)
    with django_assert_max_num_queries(12 + SCOPED):
        page = text(browser)
    assert page.count('id="step-') == 10
    assert '?state=missing">ほか 293 台' in page


@pytest.mark.django_db(transaction=True)
def test_calls_are_counted_by_the_tenants_hours(office: Tenant, elsewhere: Tenant, as_edge: Run) -> None:
    """The day and its hours are those of Tokyo, and nobody else's calls are among them."""
    for number, (tenant, at, direction, result) in enumerate(
        (
            (office, "2026-11-24 00:05", "inbound", "answered"),
            (office, "2026-11-24 10:00", "inbound", "answered"),
            (office, "2026-11-24 10:01", "outbound", "busy"),
            (office, "2026-11-24 10:02", "internal", "answered"),
            (office, "2026-11-24 10:59", "internal", "answered"),
            (office, "2026-11-24 17:00", "outbound", "no_answer"),
            (office, "2026-11-23 23:59", "internal", "answered"),
            (elsewhere, "2026-11-24 10:00", "internal", "answered"),
        )
    ):
        as_edge(CALLED, tenant.pk, str(number), direction, f"{at}+09", f"{at}+09", result)
    evening = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = calls_of_day(office, evening)
    assert found.by_hour == {
        0: {"inbound": 1},
        10: {"inbound": 1, "outbound": 1, "internal": 2},
        17: {"outbound": 1},
    }
    assert (found.total, found.answered, found.answered_percent) == (6, 4, 67)
    assert calls_of_day(office, evening + timedelta(days=1)).answered_percent is None


def test_a_bar_is_as_high_as_its_calls() -> None:
    chart = chart_of({10: {"inbound": 2, "outbound": 1, "internal": 1}})
    assert [bar.hour for bar in chart.bars] == list(range(7, 21))
    bar = chart.bars[3]
    assert (bar.hour, bar.counts, bar.total) == (10, (2, 1, 1), 4)
    assert sum(part.height for part in bar.parts) == HEIGHT
    assert bar.parts[-1].y == TOP
    assert [line.count for line in chart.lines] == [4, 3, 2, 1, 0]
    assert chart.busiest == bar
    assert chart_of({}).busiest is None


def test_the_chart_grows_to_the_hours_that_have_calls() -> None:
    assert [bar.hour for bar in chart_of({0: {"inbound": 1}, 23: {"inbound": 1}}).bars] == list(range(24))


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (71, 80), (81, 200), (4001, 8000)]
)
def test_the_scale_has_round_steps(most: int, top: int) -> None:
    assert scale_for(most) == top


def test_the_chart_has_a_label_and_a_table(browser: Client) -> None:
    page = text(browser)
    assert 'role="img"' in page
    assert 'aria-label="本日の通話はまだありません。"' in page
    assert '<th scope="row">7時</th> <td>0</td><td>0</td><td>0</td> <td>0</td>' in page


def test_the_latest_changes_lead_to_all_of_them(browser: Client) -> None:
    changes = text(browser).split('id="dash-changes"')[1]
    assert 'アカウント <span translate="no">kmy00007 [cplus01.jp]</span>: 発行' in changes
    assert 'href="/history/"' in changes


def test_htmx_gets_the_parts_alone(browser: Client) -> None:
    part = text(browser, **{"HX-Request": "true"})
    assert "<html" not in part
    for name in ("now", "registrations", "attention", "calls", "chart", "hours", "changes"):
        assert part.count(f'id="dash-{name}"') == 1


def test_a_stranger_sees_her_own(stranger: Login, sign_in: SignIn) -> None:
    page = text(sign_in(stranger))
    assert "/ 3 台が登録中" in page
    assert "佐藤" not in page
    assert "kmy" not in page


def lose(devices: Sequence[Device], at: datetime) -> None:
    """Their registrations run out, all at one address, as the edge's trigger writes it."""
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        for device in devices:
            owner.execute(
                "INSERT INTO registrations_event (tenant_id, device_id, at, what, contact, address) VALUES"
                " (%s, %s, %s, 'expired', 'sip:x@192.168.1.5', '203.0.113.5:41000')",
                (device.tenant_id, device.pk, at),
            )


@pytest.mark.django_db(transaction=True)
def test_an_office_that_drops_as_one_is_one_entry(office: Tenant, browser: Client) -> None:
    devices = [device_of(office, serial) for serial in (1, 2, 3)]
    lose(devices, timezone.now() - timedelta(minutes=10))
    page = text(browser)
    assert "(203.0.113.5)の 3 台が同時に切れました" in page or "203.0.113.5 の 3 台が同時に切れました" in page
    assert "いまも 3 台が未登録です。" in page
    assert 'id="step-' not in page
    assert "ほか" not in page
    lose(devices[:1], timezone.now())
    assert text(browser).count('id="step-') == 1


@pytest.mark.django_db(transaction=True)
def test_an_office_that_dropped_long_ago_is_its_devices(office: Tenant, browser: Client) -> None:
    lose([device_of(office, serial) for serial in (1, 2, 3)], timezone.now() - timedelta(hours=5))
    page = text(browser)
    assert "同時に切れました" not in page
    assert page.count('id="step-') == 3
