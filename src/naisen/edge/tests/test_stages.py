"""Stages, limits, carriers, pickup and transfers without a SIP server."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from naisen.edge import carriers, limits, pickup, spending, trunks
from naisen.edge.call_events import on_failure
from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState, Leg, state_from_note
from naisen.edge.calls import answer_invite
from naisen.edge.engine import Credentials, Uri
from naisen.edge.overspending import end_what_costs_too_much
from naisen.edge.placing import Branch
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import FakeEngine
from naisen.edge.tests.test_calls import SUZUKI, TANAKA
from naisen.edge.tests.test_small_parts import Bound
from naisen.edge.transfer import Replaced, Running, answer_replacing, parse_replaces
from naisen.edge.trunks import Trunk
from naisen.routing import Dial, Forwarding, PickUp, Rate, RingDevice

CARRIER = Trunk(7, "sip.carrier.test", "sip:sip.carrier.test:5080;transport=udp", "carrier", "us", "f" * 32)
RATE = Rate("fixed", 180, "8.5")
DIAL = Dial(3, 7, "0312345678", "0500000000", is_hidden=False, is_emergency=False, country="", timeout_s=60)


def dialling(**changes: object) -> tuple[FakeEngine, FakeDirectory]:
    """d1 calls 2000, whose person forwards to 3000 where she is busy."""
    suzuki = replace(SUZUKI, forwarding=Forwarding(busy="3000"))
    sato = replace(SUZUKI, digits="3000", target_id=13, devices=(RingDevice(4, "d4", 13),))
    bound = {"d2", "d3", "d4"}
    engine = FakeEngine(uri="sip:2000@a.test", given=Credentials("d1", "sip:2000@a.test", "n"), bound=bound)
    for name, value in changes.items():
        setattr(engine, name, value)
    directory = FakeDirectory([TANAKA], [suzuki, sato], bound=bound, trunks=[CARRIER])
    answer_invite(engine, directory, lambda record: None)
    return engine, directory


def test_a_busy_callee_is_followed_by_the_next_stage_and_gives_back_what_it_held() -> None:
    engine, directory = dialling()
    assert engine.counts["calls_held", "d2"] == 1
    engine.kept, engine.final = engine.placed[0].note, (486, "Busy Here")
    engine.fared = {0: Branch(1_500, 486), 1: Branch(None, 486)}
    on_failure(engine, directory)
    state = state_from_note(engine.kept)
    assert (state.stage, engine.counts["calls_held", "d2"], engine.counts["calls_held", "d4"]) == (1, 0, 1)
    assert [(leg.stage, leg.branch, leg.result) for leg in state.legs] == [
        (0, 0, "busy"),
        (0, 1, "busy"),
        (1, 2, ""),
    ]
    assert engine.replies == [], "the caller hears nothing of it"


def test_phones_that_may_take_no_more_calls_are_busy_and_the_call_goes_on_at_once() -> None:
    engine, _ = dialling(counts=Counter({("calls_held", "d2"): 2, ("calls_held", "d3"): 2}))
    assert [one.login for one in engine.rung] == ["d4"]
    state = state_from_note(engine.placed[0].note)
    assert [(leg.device_id, leg.result) for leg in state.legs] == [(2, "busy"), (3, "busy"), (4, "")]


@pytest.mark.parametrize(
    ("held", "started", "reason"),
    [
        ({("calls_held", "d1"): 2}, 0, "too_many_calls_of_device"),
        ({}, 60, "too_many_calls_a_minute"),
    ],
)
def test_a_caller_with_too_many_calls_is_refused_and_holds_nothing_more(
    held: Mapping[tuple[str, str], int], started: int, reason: str
) -> None:
    engine = FakeEngine(counts=Counter({**held, ("calls_started", "1"): started}))
    assert limits.hold_for_caller(engine, TANAKA, is_emergency=False) == ((), reason)
    assert engine.counts["calls_held", "d1"] == held.get(("calls_held", "d1"), 0)
    assert limits.hold_for_caller(engine, TANAKA, is_emergency=True)[1] == "", (
        "an emergency call passes (D-02)"
    )


def test_the_counters_after_a_restart_are_what_the_stored_calls_hold() -> None:
    engine, state = FakeEngine(), state_of(holds=("d1", "t1"), stage_holds=("d2",), yen_held=9)
    limits.recount(engine, [state, state])
    assert engine.counts == {
        ("calls_held", "d1"): 2,
        ("calls_held", "t1"): 2,
        ("calls_held", "d2"): 2,
        ("yen_reserved", "1"): 18,
    }


def state_of(**changes: object) -> CallState:
    """A call of tenant 1 that is up for 400 s."""
    record = CallRecord(
        1, "c", 1, 11, "1000", "田中", "2000", "sip:a", 1_000, answered_ms=2_000, ended_ms=402_000
    )
    return replace(CallState(record, "a.test"), **changes)  # type: ignore[arg-type]


def test_what_calls_cost() -> None:
    state = state_of(rate=(180, "8.5"), yen_held=9)
    assert spending.charge(state) == "25.5", "three units of 180 s"
    assert spending.charge(state_of()) == ""
    assert spending.cost_so_far(state, 3_000) == spending.cost_so_far(state, 182_000)
    assert spending.beyond_first_unit([state, state], 402_000) == 33
    engine = FakeEngine()
    day = spending.Day(20, 0)
    assert [spending.reserve(engine, 1, RATE, day) for _ in range(4)] == [9, 9, 9, None]
    assert engine.counts["yen_reserved", "1"] == 27
    assert spending.reserve(engine, 1, RATE, spending.Day(None, 0)) == 9


def test_running_calls_end_where_the_cap_is_reached() -> None:
    class Spent:
        """One call that has cost 25.5 yen so far."""

        def __init__(self, cap: int | None) -> None:
            self.cap = cap

        def charged_calls(self) -> dict[tuple[int, int], CallState]:
            record = replace(state_of().record, answered_ms=0 - 400_000 + 100_000)
            return {(5, 6): state_of(record=record, rate=(180, "8.5"), yen_held=9)}

        def day(self, tenant_id: int) -> spending.Day:
            return spending.Day(self.cap, 0)

    for cap, ended in ((25, [("dlg.end_dlg", 5, 6)]), (26, []), (None, [])):
        memory, lines = Bound(), list[str]()
        memory.texts = {"1": "9"}
        end_what_costs_too_much(memory, Spent(cap), lines.append)
        assert (memory.commands, memory.numbers) == (ended, {"1": 17})
        assert len(lines) == len(ended)
    free = Bound()
    end_what_costs_too_much(free, Spent(25), lines.append)
    assert (free.commands, free.numbers) == ([], {}), "nothing is reserved, so no call costs anything"


def test_what_a_carrier_is_shown() -> None:
    shown = trunks.appearance(CARRIER, DIAL)
    assert (shown.uri, shown.asserted_uri) == ("sip:0500000000@sip.carrier.test",) * 2
    hidden = trunks.appearance(CARRIER, replace(DIAL, is_hidden=True))
    assert (hidden.uri, hidden.is_private, hidden.number) == (trunks.ANONYMOUS, True, "anonymous")
    assert hidden.asserted_uri == shown.asserted_uri
    to = trunks.destination(CARRIER, DIAL)
    assert (to.uri, to.at) == ("sip:0312345678@sip.carrier.test", "sip:sip.carrier.test:5080;transport=udp")


def test_sources_of_carriers_in_memory_follow_the_database() -> None:
    memory = Bound()
    memory.texts = {"192.0.2.1": "3", "192.0.2.9": "4"}
    carriers.load_sources(memory, [("192.0.2.1", 3), ("192.0.2.1", 5), ("192.0.2.2", 3)])
    assert memory.texts == {"192.0.2.1": "3 5", "192.0.2.2": "3"}


def test_registrations_with_carriers() -> None:
    rows = [{"l_uuid": "ta", "flags": 20}, {"l_uuid": "tb", "flags": 18}]
    assert carriers.registered_codes(Bound(json.dumps({"result": rows}))) == {"ta": True, "tb": False}
    assert carriers.registered_codes(Bound(json.dumps({"result": rows[0]}))) == {"ta": True}
    assert carriers.registered_codes(Bound("")) == {}
    assert not carriers.reload_registrations(Bound('{"error": {"code": 500}}'))
    assert carriers.reload_registrations(Bound('{"result": {}}'))


@pytest.mark.parametrize(
    ("kind", "ids", "joined"),
    [
        ("departments", (100,), ["join b:1"]),
        ("departments", (5,), []),
        ("person", (12,), ["join a:1"]),
        ("person", (9,), []),
    ],
)
def test_which_call_is_picked_up(kind: str, ids: tuple[int, ...], joined: list[str]) -> None:
    def ringing(**changes: object) -> str:
        call = {"tenant": 1, "kind": "person", "id": 12, "people": [12], "since": 5, "from": None} | changes
        return json.dumps(call)

    engine = FakeEngine()
    engine.ringing = {
        "a:1": ringing(),
        "b:1": ringing(kind="department", id=100, people=[11], since=3),
        "c:1": ringing(kind="department", id=100, people=[11], since=4),
        "d:1": ringing(tenant=2, since=1),
    }
    assert pickup.pick_up(engine, TANAKA, PickUp(kind, ids)) is bool(joined)
    assert engine.did == joined
    assert engine.code == (487 if joined else None)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("a@b;to-tag=1;from-tag=2", Replaced("a@b", "1", "2")),
        ("a;FROM-TAG=2;early-only;to-tag=1", Replaced("a", "1", "2")),
        ("a%3Bto-tag%3D1%3Bfrom-tag%3D2", Replaced("a", "1", "2")),
        ("a;to-tag=1", None),
        ("a;to-tag=1;from-tag=<x>", None),
        ("", None),
    ],
)
def test_replaces_is_read(value: str, parsed: Replaced | None) -> None:
    assert parse_replaces(value) == parsed


@pytest.mark.parametrize(
    ("tags", "line", "code", "to"),
    [
        (("callee", "caller"), "", None, "sip:callee"),
        (("caller", "callee"), "", None, "sip:caller"),
        (("caller", "other"), "", 481, ""),
        (("callee", "caller"), "0500000000", 403, ""),
    ],
)
def test_a_transferred_call_goes_to_the_party_that_is_named(
    tags: tuple[str, str], line: str, code: int | None, to: str
) -> None:
    state = state_of(callee_line=line, legs=(Leg(0, 1, 2, 12, branch=0),))
    record = replace(state.record, callee_at="sip:at-callee", caller_at="sip:at-caller", answered_device_id=2)
    running = Running("caller", "callee", "sip:caller", "sip:callee", replace(state, record=record).to_note())
    engine = FakeEngine(
        uri="sip:x@a.test", given=Credentials("d1", "sip:x@a.test", "n"), called=Uri("x", "a.test")
    )
    directory = FakeDirectory([TANAKA], running={"c": running})
    answer_replacing(engine, directory, f"c;to-tag={tags[0]};from-tag={tags[1]}", lambda record: None)
    assert engine.code == code
    assert [one.uri for one in engine.rung] == ([to] if to else [])
