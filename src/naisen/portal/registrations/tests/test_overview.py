"""One rule: what is said of all devices at once is what is said of each, whatever has changed and whoever did."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from naisen.portal.devices.models import Credential, Device
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.registrations.overview import STATE_NAMES, in_state, overview, page_in_state
from naisen.portal.registrations.queries import status_of
from naisen.portal.registrations.status import State
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant

Run = Callable[..., list[tuple[Any, ...]]]
pytestmark = pytest.mark.django_db(transaction=True)

ARRIVE = (
    "INSERT INTO edge.location (ruid, username, domain, contact, expires) VALUES"
    " (%s, %s, %s, 'sip:a@192.168.1.5', now() AT TIME ZONE 'UTC' + interval '60 s')"
)
EXPIRE = "UPDATE edge.location SET expires = now() AT TIME ZONE 'UTC' - interval '1 s' WHERE ruid = %s"
# What registrations_presence says of a device, and what it has to.
PRESENCE = """
SELECT d.serial, (here.tenant_id, here.serial, here.bindings, here.used, here.seen)::text,
       (d.tenant_id, d.serial, (SELECT count(*) FROM edge.location l
                                 WHERE l.username = d.login AND l.domain = t.domain),
        p.id IS NOT NULL AND p.stopped_at IS NULL,
        EXISTS (SELECT FROM registrations_event e WHERE e.device_id = d.id))::text
  FROM devices_device d
  JOIN tenants_tenant t ON t.id = d.tenant_id
  LEFT JOIN people_person p ON p.id = d.person_id
  LEFT JOIN registrations_presence here ON here.device_id = d.id
"""


def state_of_each(tenant: Tenant) -> dict[int, str]:
    """Serial → state by the rule of one device."""
    devices = Device.objects.filter(tenant=tenant).select_related("server", "person").order_by("serial")
    states = status_of(tenant, devices)
    return {device.serial: _name(device, states[device.pk].state) for device in devices}


def _name(device: Device, state: State) -> str:
    if state != State.UNREGISTERED:
        return state.value
    return "idle" if device.person is None or device.person.is_stopped else "missing"


def agreed(tenant: Tenant) -> dict[str, int]:
    """State → how many devices; every way of asking says the same of every device."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENCE)
        assert [row for row in cursor.fetchall() if row[1] != row[2]] == []
    each = state_of_each(tenant)
    ids = {device.pk: device.serial for device in Device.objects.filter(tenant=tenant)}
    found = overview(tenant)
    assert [ids[pk] for pk in found.missing_ids] == [serial for serial in each if each[serial] == "missing"]
    for state in STATE_NAMES:
        inside = [serial for serial in each if each[serial] == state]
        assert getattr(found, state) == len(inside)
        chosen = Device.objects.filter(in_state(tenant, state), tenant=tenant).order_by("serial")
        assert [device.serial for device in chosen] == inside
        count, page = page_in_state(tenant, state, 50, 0)
        assert (count, [ids[pk] for pk in page]) == (len(inside), inside)
    assert found.total == len(each)
    return dict(Counter(each.values()))


def changes(tenant: Tenant, as_edge: Run) -> Iterator[dict[str, int]]:
    """Changes of every kind that has a say, the one after the other; each gives what there must be then."""

    def device(serial: int) -> Any:
        return Device.objects.filter(tenant=tenant, serial=serial)

    def arrive(login: str, ruid: str = "") -> None:
        as_edge(ARRIVE, ruid or login, login, tenant.domain)

    for login in ("kmy00001", "kmy00002", "kmy00003", "kmy00004", "nobody"):
        arrive(login)
    yield {"registered": 3, "idle": 4}
    arrive("kmy00001", "second")
    as_edge(EXPIRE, "kmy00001")
    as_edge(EXPIRE, "kmy00002")
    yield {"registered": 2, "missing": 1, "idle": 4}
    as_edge("DELETE FROM edge.location WHERE ruid = 'kmy00001'")
    yield {"registered": 2, "missing": 1, "idle": 4}
    as_edge("UPDATE edge.location SET username = 'kmy00005' WHERE ruid = 'kmy00002'")
    yield {"registered": 2, "missing": 1, "idle": 4}
    Credential.objects.filter(device__serial=3).update(effective_at=timezone.now() + timedelta(hours=1))
    yield {"registered": 1, "missing": 2, "idle": 4}
    Credential.objects.filter(device__serial=3).update(effective_at=timezone.now() - timedelta(hours=1))
    device(3).update(cancels_on=timezone.now().date() - timedelta(days=2))
    yield {"registered": 1, "missing": 2, "idle": 4}
    device(3).update(cancels_on=None, login="renamed")
    yield {"registered": 1, "missing": 2, "idle": 4}
    device(3).update(login="kmy00003")
    yield {"registered": 2, "missing": 1, "idle": 4}
    Person.objects.filter(tenant=tenant, number__digits="3000").update(stopped_at=timezone.now())
    yield {"registered": 1, "missing": 1, "idle": 5}
    device(4).update(person=Person.objects.get(tenant=tenant, number__digits="3000"))
    yield {"registered": 1, "missing": 1, "idle": 5}
    Person.objects.filter(tenant=tenant).update(stopped_at=None)
    yield {"registered": 3, "missing": 1, "idle": 3}
    device(4).update(person=None)
    yield {"registered": 2, "missing": 1, "idle": 4}
    Tenant.objects.filter(pk=tenant.pk).update(allows_phone_login=True)
    yield {"registered": 3, "missing": 1, "idle": 3}
    Tenant.objects.filter(pk=tenant.pk).update(suspended_at=timezone.now())
    yield {"missing": 3, "idle": 4}
    Tenant.objects.filter(pk=tenant.pk).update(suspended_at=None, domain="new.example.jp")
    yield {"missing": 3, "idle": 4}
    Tenant.objects.filter(pk=tenant.pk).update(domain=tenant.domain)
    asked = LoginServer.objects.create(name="asked.jp", status_mode=LoginServer.StatusMode.ON_DEMAND)
    device(2).update(server=asked)
    device(5).update(kind=Device.Kind.TRUNK_BY_ADDRESS)
    yield {"registered": 3, "idle": 2, "unknown": 1, "not_supported": 1}
    device(3).delete()
    yield {"registered": 2, "idle": 2, "unknown": 1, "not_supported": 1}
    number = Number.objects.create(tenant=tenant, digits="4000", kind=Number.Kind.PERSON)
    made = Device.objects.create(
        tenant=tenant,
        serial=3,
        unique_number="99999",
        login="kmy00003",
        server=LoginServer.objects.get(name="cplus01.jp"),
        person=Person.objects.create(tenant=tenant, number=number, name="林", serial=99),
    )
    Credential.objects.create(tenant=tenant, device=made, version=1, secret=b"", ha1="0" * 32)
    yield {"registered": 3, "idle": 2, "unknown": 1, "not_supported": 1}


def test_all_at_once_agrees_with_each(office: Tenant, elsewhere: Tenant, as_edge: Run) -> None:
    assert agreed(office) == {"missing": 3, "idle": 4}
    for expected in changes(office, as_edge):
        assert agreed(Tenant.objects.get(pk=office.pk)) == expected
    assert agreed(elsewhere) == {"missing": 2, "idle": 1}
    as_edge("DELETE FROM edge.location")
    assert agreed(Tenant.objects.get(pk=office.pk)) == {
        "missing": 2,
        "idle": 3,
        "unknown": 1,
        "not_supported": 1,
    }


def test_a_device_is_given_to_somebody_who_is_being_stopped(office: Tenant) -> None:
    """Whoever comes second waits, and sees what the first has done."""

    def give() -> None:
        scope.set_scope(scope.EVERYTHING)
        Device.objects.filter(tenant=office, serial=4).update(person=tanaka)
        connections.close_all()

    tanaka = Person.objects.get(tenant=office, number__digits="1000")
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Person.objects.filter(pk=tanaka.pk).update(stopped_at=timezone.now())
            giving = other.submit(give)
            assert wait([giving], timeout=0.3).not_done
        giving.result(timeout=10)
    assert agreed(office) == {"missing": 2, "idle": 5}


def test_a_page_beyond_the_end_is_the_last(office: Tenant) -> None:
    devices = list(Device.objects.filter(tenant=office).order_by("serial").values_list("pk", flat=True))
    assert page_in_state(office, "missing", 2, 2) == (3, devices[2:3])
    assert page_in_state(office, "missing", 2, 50) == (3, devices[2:3])
    assert page_in_state(office, "unknown", 2, 50) == (0, [])


def test_nobody_sees_who_is_present_elsewhere(office: Tenant, elsewhere: Tenant) -> None:
    with scope.scoped(scope.of_tenants([elsewhere.pk])):
        assert overview(office).total == 0
        assert page_in_state(office, "missing", 50, 0) == (0, [])
