"""The edge's directory (SQL views) and the portal's (models) answer routing's questions alike (rules 1 and 6).

Else 「誰が鳴るか」 would show another decision than the one that the edge carries out.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from naisen.edge.directory import Directory
from naisen.edge.line_lookups import LineLookups
from naisen.portal.calls.directory import TenantDirectory
from naisen.portal.calls.models import Rate
from naisen.portal.demo.company import KMY, MINATO
from naisen.portal.demo.load import load_company
from naisen.portal.departments.models import Department, PickupRight
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line, LineCaller, LineRecipient, Trunk
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Tenant:
    """The demo's company with a carrier, a second line, and something set of everything."""
    scope.set_scope(scope.EVERYTHING)
    tenant = load_company(KMY, password="a long enough password")
    load_company(MINATO, password="a long enough password")
    tenant.yen_per_day, tenant.allowed_countries, tenant.max_calls = 500, ["US", "GB"], 9
    tenant.save()
    trunk = Trunk.objects.create(name="carrier", kind="by_address", host="192.0.2.1", number_format="e164")
    Line.objects.filter(tenant=tenant).update(trunk=trunk, max_calls=3)
    department = Department.objects.get(tenant=tenant)
    second = Line.objects.create(
        tenant=tenant,
        code="002",
        name="第二",
        number="0398765432",
        trunk=trunk,
        ring_timeout_s=15,
        no_answer="department",
        no_answer_department=department,
    )
    tanaka, suzuki, sato = Person.objects.filter(tenant=tenant).order_by("number__digits")
    for person in (tanaka, suzuki):
        LineCaller.objects.get_or_create(tenant=tenant, line=second, person=person)
        LineRecipient.objects.create(tenant=tenant, line=second, person=person)
    PickupRight.objects.create(tenant=tenant, person=sato, department=department)
    Person.objects.filter(pk=tanaka.pk).update(forward_always="09012345678", forward_busy="2000")
    Person.objects.filter(pk=suzuki.pk).update(do_not_disturb=True, forward_unregistered="+442071838750")
    Person.objects.filter(pk=sato.pk).update(forward_no_answer="100", default_line=second)
    Device.objects.filter(tenant=tenant, person=suzuki).update(max_calls=1)
    Rate.objects.get_or_create(prefix="+1", defaults={"name": "アメリカ", "unit_s": 6, "unit_yen": "1.25"})
    return tenant


@pytest.fixture
def edge() -> Iterator[LineLookups]:
    """The edge's directory, as the edge's role."""
    directory = LineLookups(os.environ["NAISEN_EDGE_DATABASE_URL"])
    yield directory
    directory._forget()


@pytest.fixture
def portal(office: Tenant) -> TenantDirectory:
    """The portal's directory of the same tenant, now."""
    return TenantDirectory(office, at=timezone.now())


def stop_suzuki(office: Tenant) -> None:
    Person.objects.filter(tenant=office, number__digits="2000").update(stopped_at=timezone.now())


def suspend(office: Tenant) -> None:
    office.suspended_at = timezone.now()
    office.save()


def close(office: Tenant) -> None:
    office.suspended_at, office.closes_on = timezone.now(), date.today() - timedelta(days=2)
    office.save()


def let_log_in(office: Tenant) -> None:
    office.allows_phone_login = True
    office.save()


def as_it_is(office: Tenant) -> None:
    """Nothing changes."""


@pytest.mark.parametrize("change", [as_it_is, stop_suzuki, suspend, close, let_log_in])
def test_both_answer_alike(office: Tenant, edge: LineLookups, change: object) -> None:
    assert callable(change)
    change(office)
    office.refresh_from_db()
    portal = TenantDirectory(office, at=timezone.now())
    for digits in ("1000", "2000", "3000", "100", "9999", "1"):
        assert edge.called(office.domain, digits) == portal.called(office.domain, digits), digits
    for device in Device.objects.filter(tenant=office):
        found = edge.device(device.login, office.domain)
        assert found is not None
        shown = portal.device(device.pk)
        # The portal never sees HA1.
        assert [getattr(found, name) for name in found.__slots__ if name != "ha1"] == [
            getattr(shown, name) for name in shown.__slots__ if name != "ha1"
        ]
    for line in Line.objects.filter(tenant=office).select_related("no_answer_department"):
        assert edge.line_called(line.number) == portal.line(line)
        for number in ("09012345678", "+14155552671", "117"):
            assert edge.line_outgoing(line.pk, number) == portal.line_outgoing(line.pk, number)
    for person in Person.objects.filter(tenant=office):
        assert edge.pickup_departments(person.pk) == portal.pickup_departments(person.pk) or person.is_stopped
        assert edge.emergency_lines(office.pk, person.pk) == portal.emergency_lines(office.pk, person.pk)
        for number in ("09012345678", "0312345678", "+14155552671", "+442071838750", "117"):
            found_terms, shown_terms = (
                edge.outgoing(person.pk, number),
                portal.outgoing(person.pk, number),
            )
            assert found_terms.lines == shown_terms.lines
            assert found_terms == shown_terms or not found_terms.lines


def test_a_line_is_found_however_it_is_written(office: Tenant, edge: LineLookups) -> None:
    Line.objects.filter(tenant=office, code="002").update(number="+81398765432")
    found = edge.line_called("0398765432")
    assert found is not None
    assert (found.code, found.number, found.no_answer_digits) == ("002", "0398765432", "100")
    assert found.recipients == ("1000", "2000")
    assert edge.line_called("0398765433") is None


def test_a_call_inside_takes_one_look_up_for_the_caller_and_one_for_the_called(
    office: Tenant, edge: LineLookups, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Directory._rows

    def counted(self: Directory, query: str, *values: object) -> list[tuple[object, ...]]:
        asked.append(query)
        return rows(self, query, *values)

    monkeypatch.setattr(Directory, "_rows", counted)
    edge.device("kmy00001", office.domain)
    edge.called(office.domain, "2000")
    edge.called(office.domain, "100")
    assert len(asked) == 3
