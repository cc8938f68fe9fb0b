"""Kamailio's writes become history and news; refused attempts are counted (rule 4)."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from naisen.portal.devices.actions import assign_device
from naisen.portal.devices.models import Device
from naisen.portal.people.actions import stop_people
from naisen.portal.people.models import Person
from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.queries import status_of
from naisen.portal.registrations.status import State, Status
from naisen.portal.tenants.models import Tenant

Run = Callable[..., list[tuple[Any, ...]]]
pytestmark = pytest.mark.django_db(transaction=True)

ARRIVE = (
    "INSERT INTO edge.location (ruid, username, domain, contact, received, expires, user_agent, last_modified) "
    "VALUES ('r1', 'kmy00001', 'kmy.cplus01.jp', 'sip:kmy00001@192.168.1.5:5062', 'sip:203.0.113.7:41000', "
    "now() AT TIME ZONE 'UTC' + interval '60 s', 'Acrobits SIPIS', now() AT TIME ZONE 'UTC')"
)
LEAVE = "UPDATE edge.location SET keepalive = 2; DELETE FROM edge.location"
"""As the edge does it where the phone says that it leaves."""


@pytest.fixture(autouse=True)
def empty_location(as_edge: Run) -> Iterator[None]:
    yield
    as_edge("DELETE FROM edge.location")


@pytest.fixture
def news(database_cluster: Any) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What was notified on the channels that browsers and the edge listen to."""
    with psycopg.connect(database_cluster.owner_url, autocommit=True) as connection:
        connection.execute("LISTEN registrations")
        connection.execute("LISTEN edge_drop")
        yield lambda: [(n.channel, n.payload) for n in connection.notifies(timeout=0.3)]


def status(device: Device) -> Status:
    return status_of(device.tenant, [device])[device.pk]


def test_arrival_refresh_move_and_leaving(as_edge: Run, tanaka: Person, news: Callable[[], Any]) -> None:
    as_edge(ARRIVE)
    assert [channel for channel, _ in news()] == ["registrations"]
    as_edge("UPDATE edge.location SET expires = expires + interval '60 s', cseq = 2")
    assert news() == []
    as_edge("UPDATE edge.location SET received = 'sip:203.0.113.7:41001'")
    as_edge(LEAVE)
    events = list(Event.objects.order_by("at"))
    assert [e.what for e in events] == ["registered", "moved", "unregistered"]
    assert events[0].address == "203.0.113.7:41000"
    assert events[0].terminal == "Acrobits SIPIS"
    assert {e.device_id for e in events} == {tanaka.devices.get().pk}


def test_a_binding_that_goes_before_its_time_was_lost(as_edge: Run, tanaka: Person) -> None:
    as_edge(ARRIVE)
    as_edge("DELETE FROM edge.location")
    assert Event.objects.latest("at").what == "dropped"
    assert status(tanaka.devices.get()).reason.code == "dropped"


def test_what_a_rule_ends_was_not_lost(as_edge: Run, office: Tenant, tanaka: Person) -> None:
    as_edge(ARRIVE)
    stop_people(by=None, tenant=office, people=[tanaka])
    as_edge("DELETE FROM edge.location")
    assert Event.objects.latest("at").what == "unregistered"


def test_a_binding_removed_after_its_time_has_expired(as_edge: Run, tanaka: Person) -> None:
    as_edge(ARRIVE)
    as_edge("UPDATE edge.location SET expires = now() AT TIME ZONE 'UTC' - interval '1 s'")
    assert status(tanaka.devices.get()).reason.code == "expired"
    as_edge(LEAVE)
    assert Event.objects.latest("at").what == "expired"


def test_the_status_names_the_terminal(as_edge: Run, tanaka: Person) -> None:
    device = tanaka.devices.get()
    assert status(device).reason.code == "never_seen"
    as_edge(ARRIVE)
    found = status(device)
    assert (found.state, found.terminal, found.transport) == (State.REGISTERED, "Acrobits SIPIS", "udp")
    assert found.since == Event.objects.get().at
    as_edge(LEAVE)
    assert status(device).state == State.UNREGISTERED
    assert status(device).reason.code == "unregistered"


def test_failures_of_an_hour_are_one_row_with_a_count(as_edge: Run, tanaka: Person) -> None:
    for _ in range(3):
        as_edge(
            "SELECT edge.note_failure('kmy.cplus01.jp', 'kmy00001', '203.0.113.9', 'wrong_password', 'x')"
        )
    failure = Failure.objects.get()
    assert (failure.count, failure.device) == (3, tanaka.devices.get())
    reason = status(tanaka.devices.get()).reason
    assert reason is not None
    assert (reason.code, reason.count, reason.address) == ("wrong_password", 3, "203.0.113.9")


def test_a_success_after_a_failure_clears_the_reason(as_edge: Run, tanaka: Person) -> None:
    as_edge("SELECT edge.note_failure('kmy.cplus01.jp', 'kmy00001', '203.0.113.9', 'wrong_password', 'x')")
    as_edge(ARRIVE)
    as_edge(LEAVE)
    assert status(tanaka.devices.get()).reason.code == "unregistered"


def test_nobodys_login_and_nobodys_domain_are_kept_too(as_edge: Run, office: Tenant) -> None:
    as_edge("SELECT edge.note_failure('kmy.cplus01.jp', 'nobody', '203.0.113.9', 'unknown_login', '')")
    as_edge("SELECT edge.note_failure('nowhere.example', 'nobody', '203.0.113.9', 'unknown_domain', '')")
    assert {(f.tenant_id, f.device_id) for f in Failure.objects.all()} == {(office.pk, None), (None, None)}


def test_stopping_a_person_drops_the_bindings_and_tells_browsers(
    as_edge: Run, office: Tenant, tanaka: Person, news: Callable[[], Any]
) -> None:
    as_edge(ARRIVE)
    news()
    stop_people(by=None, tenant=office, people=[tanaka])
    heard = news()
    assert ("edge_drop", '{"login" : "kmy00001", "domain" : "kmy.cplus01.jp"}') in heard
    assert "registrations" in {channel for channel, _ in heard}
    found = status(tanaka.devices.get())
    assert (found.state, found.reason.code) == (State.UNREGISTERED, "stopped")


def test_logging_out_drops_and_logging_in_does_not(
    office: Tenant, tanaka: Person, news: Callable[[], Any]
) -> None:
    device = assign_device(by=None, device=tanaka.devices.get(), person=None, version=2)
    assert "edge_drop" in {channel for channel, _ in news()}
    assign_device(by=None, device=device, person=tanaka, version=3)
    assert {channel for channel, _ in news()} == {"registrations"}
