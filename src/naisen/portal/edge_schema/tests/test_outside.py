"""What the views tell the edge of lines, carriers, limits and money (C-05 … C-08, C-12, D-02)."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DataError
from django.utils import timezone

from naisen.portal.calls.models import Rate
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line, LineCaller, Trunk
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]

pytestmark = pytest.mark.django_db(transaction=True)

CHARGED = (
    "INSERT INTO edge.acc (tenant_id, call_id, direction, started_at, ended_at, result, sip_code, charge_yen) "
    "VALUES (%s, %s, 'outbound', %s, %s, 'answered', 200, %s)"
)


@pytest.fixture
def trunk() -> Trunk:
    """A carrier known by its address."""
    return Trunk.objects.create(name="carrier", kind=Trunk.Kind.BY_ADDRESS, host="192.0.2.1")


@pytest.fixture
def told() -> Iterator[Callable[[], list[str]]]:
    """How often the edge is told to read its carriers anew."""
    with psycopg.connect(os.environ["NAISEN_EDGE_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("LISTEN edge_trunks")
        yield lambda: [notice.channel for notice in connection.notifies(timeout=0.3)]


def test_a_carriers_sources_are_single_addresses(as_edge: Run, trunk: Trunk) -> None:
    trunk.sources = ["198.51.100.7", "203.0.113.248/30", "2001:db8::1"]
    trunk.save()
    found = as_edge("SELECT address FROM edge.trunk_source WHERE trunk_id = %s ORDER BY 1", trunk.pk)
    assert [address for (address,) in found] == [
        "198.51.100.7",
        "2001:db8::1",
        "203.0.113.248",
        "203.0.113.249",
        "203.0.113.250",
        "203.0.113.251",
    ]


def test_a_carrier_without_sources_is_known_by_its_host_where_that_is_an_address(as_edge: Run) -> None:
    for host in ("192.0.2.9", "sip.carrier.example"):
        Trunk.objects.create(name=host, kind=Trunk.Kind.REGISTERING, host=host)
    assert as_edge("SELECT address FROM edge.trunk_source") == [("192.0.2.9",)]


@pytest.mark.parametrize("sources", [["192.0.2.0/23"], ["2001:db8::/64"], {"a": 1}, ["example.com"]])
def test_wide_networks_and_names_are_no_sources(trunk: Trunk, sources: object) -> None:
    trunk.sources = sources
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        trunk.save()


def test_a_registering_carrier_is_registered_under_its_code(as_edge: Run) -> None:
    made = Trunk.objects.create(name="r", kind=Trunk.Kind.REGISTERING, host="192.0.2.9", auth_user="u")
    assert len(made.code) >= 12
    assert as_edge("SELECT l_uuid, l_username, auth_username FROM edge.uacreg") == [
        (made.code, made.code, "u")
    ]


def test_the_edge_is_told_of_every_change_of_a_carrier(told: Callable[[], list[str]], trunk: Trunk) -> None:
    assert told() == ["edge_trunks"]
    trunk.port = 5070
    trunk.save()
    assert told() == ["edge_trunks"]
    trunk.delete()
    assert told() == ["edge_trunks"]


def test_a_suspended_tenants_devices_call_the_police_and_a_stopped_persons_do_not(
    as_edge: Run, office: Tenant, tanaka: Person
) -> None:
    """D-02."""
    office.suspended_at = timezone.now()
    office.save()
    Person.objects.filter(tenant=office, number__digits="2000").update(stopped_at=timezone.now())
    found = as_edge("SELECT extension FROM edge.device WHERE tenant_id = %s AND emergency_only", office.pk)
    assert sorted(extension for (extension,) in found) == ["1000", "3000"]
    assert as_edge("SELECT 1 FROM edge.device WHERE may_register AND tenant_id = %s", office.pk) == []
    office.closes_on = timezone.localdate() - timedelta(days=1)
    office.save()
    assert as_edge("SELECT 1 FROM edge.device WHERE emergency_only") == []


def test_emergency_calls_find_every_line_with_a_carrier_the_persons_own_first(
    as_edge: Run, office: Tenant, tanaka: Person, trunk: Trunk
) -> None:
    common = Line.objects.get(tenant=office)
    own = Line.objects.create(tenant=office, code="002", name="own", number="0311112222", trunk=trunk)
    other = Line.objects.create(tenant=office, code="000", name="other", number="0311113333", trunk=trunk)
    Line.objects.create(tenant=office, code="009", name="no carrier", number="0311114444")
    Line.objects.filter(pk=common.pk).update(trunk=trunk)
    Tenant.objects.filter(pk=office.pk).update(common_line=common)
    Person.objects.filter(pk=tanaka.pk).update(default_line=own)
    LineCaller.objects.filter(person=tanaka).delete()
    found = as_edge(
        "SELECT line_id FROM edge.line_emergency WHERE person_id = %s ORDER BY rank, line_id", tanaka.pk
    )
    assert [line for (line,) in found] == [own.pk, common.pk, other.pk]


def test_what_a_tenants_calls_of_today_have_cost_is_counted_from_its_midnight(
    as_edge: Run, office: Tenant, elsewhere: Tenant
) -> None:
    now = timezone.now()
    for tenant, call_id, at, yen in (
        (office, "a", now, "8.5"),
        (office, "b", now, "17.25"),
        (office, "c", now - timedelta(hours=25), "100"),
        (elsewhere, "d", now, "1000"),
    ):
        as_edge(CHARGED, tenant.pk, call_id, at, at, yen)
    spent = "SELECT yen FROM edge.spent_today WHERE tenant_id = %s"
    assert as_edge(spent, office.pk) == [(26,)]
    capped = "SELECT yen_per_day, spent_yen FROM edge.limits WHERE tenant_id = %s"
    assert as_edge(capped, office.pk) == [(None, 0)]
    Tenant.objects.filter(pk=office.pk).update(yen_per_day=100)
    assert as_edge(capped, office.pk) == [(100, 26)]


def test_there_are_rates_to_begin_with_which_are_marked_as_an_example() -> None:
    rates = {rate.prefix: rate for rate in Rate.objects.all()}
    assert {"0", "050", "090", "0120", "+"} <= rates.keys()
    assert all("(例)" in rate.name for rate in rates.values())
    assert rates["0120"].unit_yen == Decimal(0)


@pytest.mark.parametrize("forward", ["12a", "+", "0" * 21, "*9"])
def test_a_forward_is_a_number(tanaka: Person, forward: str) -> None:
    tanaka.forward_busy = forward
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        tanaka.save()


@pytest.mark.parametrize("max_calls", [0, 21])
def test_a_device_has_one_call_at_least(tanaka: Person, max_calls: int) -> None:
    with pytest.raises(IntegrityError, match="device_max_calls"), transaction.atomic():
        Device.objects.filter(person=tanaka).update(max_calls=max_calls)
