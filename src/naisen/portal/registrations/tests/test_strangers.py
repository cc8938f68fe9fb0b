"""Attempts that no device was found for: shown where they were nearly meant for a device, and nowhere else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from naisen.portal.devices.models import Credential, Device
from naisen.portal.registrations.diagnosis import Diagnosis
from naisen.portal.registrations.models import Stranger
from naisen.portal.registrations.queries import status_of
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]
pytestmark = pytest.mark.django_db(transaction=True)


def note(as_edge: Run, domain: str, login: str, reason: str) -> None:
    as_edge("SELECT edge.note_failure(%s, %s, '203.0.113.9', %s, 'baresip')", domain, login, reason)


def verdict(tenant: Tenant, serial: int) -> Diagnosis:
    Credential.objects.update(effective_at=timezone.now() - timedelta(hours=1))
    device = Device.objects.get(tenant=tenant, serial=serial)
    return status_of(tenant, [device])[device.pk].reason


def test_a_digit_left_out(as_edge: Run, office: Tenant) -> None:
    note(as_edge, office.domain, "kmy0001", "unknown_login")
    found = verdict(office, 1)
    assert (found.code, found.login, found.address) == ("unknown_login", "kmy0001", "203.0.113.9")
    assert verdict(office, 3).code == "never_seen"


def test_a_wrong_domain(as_edge: Run, office: Tenant, elsewhere: Tenant) -> None:
    note(as_edge, "kmy.cplus1.jp", "kmy00001", "unknown_domain")
    found = verdict(office, 1)
    assert (found.code, found.domain) == ("unknown_domain", "kmy.cplus1.jp")
    with scope.scoped(scope.of_tenants([elsewhere.pk])):
        assert not Stranger.objects.exists()


def test_a_login_that_two_tenants_have_is_shown_to_neither(
    as_edge: Run, office: Tenant, elsewhere: Tenant
) -> None:
    Device.objects.filter(tenant=elsewhere, serial=1).update(login="kmy00001")
    note(as_edge, "kmy.cplus1.jp", "kmy00001", "unknown_domain")
    for tenant in (office, elsewhere):
        with scope.scoped(scope.of_tenants([tenant.pk])):
            assert not Stranger.objects.exists()


def test_nobody_without_a_scope_sees_any(as_edge: Run, office: Tenant) -> None:
    note(as_edge, office.domain, "kmy0001", "unknown_login")
    with scope.scoped(scope.NOTHING):
        assert not Stranger.objects.exists()


def test_an_outage_is_written_by_the_edge_and_read_by_the_portal(as_edge: Run, office: Tenant) -> None:
    as_edge(
        "INSERT INTO edge.location (ruid, username, domain, contact, expires) VALUES ('o1', 'kmy00001', %s,"
        " 'sip:kmy00001@192.168.1.5', now() AT TIME ZONE 'UTC' - interval '1 s')",
        office.domain,
    )
    as_edge("DELETE FROM edge.location WHERE ruid = 'o1'")
    assert verdict(office, 1).code == "expired"
    as_edge("SELECT edge.note_outage(now() - interval '1 min', now())")
    assert verdict(office, 1).code == "database_trouble"
