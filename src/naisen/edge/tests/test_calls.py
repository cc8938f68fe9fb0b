"""Calls without a SIP server: from the INVITE to the record."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from naisen.edge.call_events import on_dialog_event, on_failure
from naisen.edge.call_record import COLUMNS, CallRecord, from_note, to_row
from naisen.edge.call_state import state_from_note
from naisen.edge.calls import answer_invite, dialled
from naisen.edge.engine import Credentials, Uri
from naisen.edge.in_dialog import relay_in_dialog
from naisen.edge.outcome import outcome_of
from naisen.edge.placing import Branch, Placed
from naisen.edge.stray_replies import may_pass
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import DIALOG, FakeEngine, Kept
from naisen.routing import Called, Device, RingDevice

TANAKA = Device("d1", "a.test", 1, 1, "f" * 32, 11, "1000", "田中", True, False, None)
SUZUKI = Called("2000", "person", 12, 30, True, None, (RingDevice(2, "d2", 12), RingDevice(3, "d3", 12)))


def call(
    caller: Device = TANAKA, called: Called = SUZUKI, **message: object
) -> tuple[FakeEngine, list[CallRecord]]:
    """Let d1 call 2000, where d2 and d3 ring; both are registered unless `message` says otherwise."""
    values = {
        "uri": "sip:2000@a.test",
        "bound": {"d2", "d3"},
        "given": Credentials("d1", "sip:2000@a.test", "n"),
    }
    engine = FakeEngine(**values | message)  # type: ignore[arg-type]
    records: list[CallRecord] = []
    answer_invite(engine, FakeDirectory([caller], [called], bound=engine.bound), records.append)
    return engine, records


def test_a_call_rings_every_device_and_shows_who_calls() -> None:
    engine, records = call()
    (placing,) = engine.placed
    assert [one.login for one in engine.rung] == ["d2", "d3"]
    assert placing.timeout_s == 30
    assert (placing.appearance.name, placing.appearance.uri) == ("田中", "sip:1000@a.test")
    assert records == [], "the record is written when the call ends"
    assert state_from_note(placing.note).record.caller_at == "sip:192.0.2.7:5062;transport=udp"


@pytest.mark.parametrize(
    ("caller", "called", "bound", "code", "result"),
    [
        (replace(TANAKA, may_register=False, why_not="stopped"), SUZUKI, {"d2"}, 403, "forbidden"),
        (replace(TANAKA, login_only=True, person_id=None), SUZUKI, {"d2"}, 403, "forbidden"),
        (TANAKA, replace(SUZUKI, digits="3000"), {"d2"}, 404, "unknown_number"),
        (TANAKA, replace(SUZUKI, available=False, why_not="stopped"), {"d2"}, 480, "unavailable"),
        (TANAKA, SUZUKI, set(), 480, "unavailable"),
    ],
)
def test_a_refused_call_is_recorded_at_once(
    caller: Device, called: Called, bound: set[str], code: int, result: str
) -> None:
    engine, (record,) = call(caller, called, bound=bound)
    assert (engine.code, record.sip_code, record.result, record.hung_up_by) == (code, code, result, "system")
    assert json.loads(record.decision)["stages"][0]["action"] == "refuse"
    assert engine.rung == []


@pytest.mark.parametrize(
    ("changes", "code", "result"),
    [
        ({"places": Placed.NO_MEDIA_RELAY}, 503, "failed"),
        ({"counts": Counter({("calls_held", "d2"): 9})}, 0, ""),
    ],
)
def test_a_call_that_could_not_be_placed(changes: dict[str, object], code: int, result: str) -> None:
    engine, records = call(**changes)  # type: ignore[arg-type]
    assert (engine.code or 0, records[0].result if records else "") == (code, result)


@pytest.mark.parametrize(
    ("uri", "digits"),
    [
        (Uri("2000", "a.test"), "2000"),
        (Uri("2000", "192.0.2.1"), "2000"),
        (Uri("%2384", "a.test"), "#84"),
        (Uri("2000", "b.test"), ""),
        (Uri("+81312345678", ""), "+81312345678"),
    ],
)
def test_what_was_dialled(uri: Uri, digits: str) -> None:
    assert dialled(uri, "a.test", lambda host: host == "192.0.2.1") == digits


@pytest.mark.parametrize(
    ("code", "more", "heard", "result"),
    [
        (486, {}, 486, "busy"),
        (600, {}, 486, "busy"),
        (603, {}, 603, "declined"),
        (408, {"is_timeout": True, "has_rung": True}, 480, "no_answer"),
        (408, {"is_timeout": True}, 480, "unavailable"),
        (487, {"is_cancelled": True}, 487, "cancelled"),
        (404, {}, 480, "unavailable"),
        (302, {}, 480, "unavailable"),
        (500, {}, 480, "unavailable"),
        (488, {}, 488, "failed"),
    ],
)
def test_outcomes(code: int, more: dict[str, bool], heard: int, result: str) -> None:
    flags = {"is_cancelled": False, "has_rung": False, "is_timeout": False} | more
    outcome = outcome_of(code, "", **flags)
    assert (outcome.code, outcome.result) == (heard, result)


def note_of(**changes: object) -> str:
    """The note of d1's call to d2 and d3."""
    engine, _ = call()
    state = state_from_note(engine.placed[0].note)
    return replace(state, record=replace(state.record, **changes)).to_note()  # type: ignore[arg-type]


def test_an_answered_call_from_answer_to_record() -> None:
    engine = FakeEngine(kept=note_of(), answering=1)
    kept = Kept()
    on_dialog_event(engine, "dialog:start", kept)
    assert kept.records == []
    assert kept.dialogs == [(DIALOG, engine.kept)], "it would outlive a restart"
    on_dialog_event(engine, "dialog:end", kept)
    (record,) = kept.records
    assert kept.forgotten == [(DIALOG.hash_entry, DIALOG.hash_id)]
    assert (record.result, record.sip_code, record.hung_up_by) == ("answered", 200, "caller")
    assert (record.answered_device_id, record.called_person_id) == (3, 12)
    assert record.callee_at == "sip:192.0.2.7:5062;transport=udp"
    assert record.duration_ms == 1


def test_a_call_that_time_ended_leaves_no_media_behind() -> None:
    engine = FakeEngine(kept=note_of(answered_ms=5), ended_by="system")
    kept = Kept()
    on_dialog_event(engine, "dialog:end", kept)
    assert kept.records[0].hung_up_by == "system"
    assert engine.did == ["end media"]


def test_nobody_answered() -> None:
    engine = FakeEngine(kept=note_of(), final=(408, ""), timed_out=True, fared={0: Branch(2_000, 0)})
    kept = Kept()
    on_failure(engine, FakeDirectory())
    assert (engine.code, engine.did) == (480, ["stop ringing", "end media"])
    on_dialog_event(engine, "dialog:failed", kept)
    assert (kept.records[0].result, kept.records[0].sip_code) == ("no_answer", 480)


def test_a_decline_is_passed_on_as_it_was_sent() -> None:
    engine = FakeEngine(kept=note_of(), final=(603, "Nope"))
    on_failure(engine, FakeDirectory())
    assert engine.replies == []
    outcome = state_from_note(engine.kept).outcome
    assert outcome is not None
    assert outcome["words"] == "Nope"


def test_a_failure_that_no_route_has_seen_is_recorded_all_the_same() -> None:
    kept = Kept()
    on_dialog_event(FakeEngine(kept=note_of(), final=(0, "")), "dialog:failed", kept)
    assert (kept.records[0].result, kept.records[0].sip_code) == ("failed", 500)


def test_events_of_dialogs_that_are_not_ours_are_let_pass() -> None:
    kept = Kept()
    for event in ("dialog:start", "dialog:end", "dialog:failed", "unknown"):
        on_dialog_event(FakeEngine(), event, kept)
    assert (kept.records, kept.dialogs) == ([], [])


@pytest.mark.parametrize(
    ("from_caller", "to"), [(True, "sip:callee"), (False, "sip:192.0.2.7:5062;transport=udp")]
)
def test_a_request_within_a_call_goes_to_the_other_phone(from_caller: bool, to: str) -> None:
    engine = FakeEngine(kept=note_of(callee_at="sip:callee"), from_caller=from_caller, uri="sip:victim")
    relay_in_dialog(engine)
    assert engine.relayed_to == [to]


@pytest.mark.parametrize("with_media", [True, False])
def test_the_relay_is_told_of_the_end_of_calls_that_went_through_it(with_media: bool) -> None:
    answered = FakeEngine(kept=note_of(), with_media=with_media)
    on_dialog_event(answered, "dialog:start", Kept())
    engine = FakeEngine(kept=answered.kept, said_method="BYE")
    relay_in_dialog(engine)
    assert engine.media_ends == [with_media]


@pytest.mark.parametrize(("message", "code"), [({"known_dialog": False}, 481), ({"has_route": False}, 403)])
def test_a_request_in_an_invented_dialog_is_refused_and_an_ack_is_not_answered(
    message: dict[str, bool], code: int
) -> None:
    engine, ack = FakeEngine(said_method="BYE", **message), FakeEngine(said_method="ACK", **message)  # type: ignore[arg-type]
    relay_in_dialog(engine)
    relay_in_dialog(ack)
    assert (engine.code, engine.relayed_to) == (code, [])
    assert (ack.replies, ack.did, ack.relayed_to) == ([], ["silence"], [])


@pytest.mark.parametrize(
    ("is_success", "known", "callee_at", "passes"),
    [
        (True, True, "sip:192.0.2.7:5062;transport=udp", True),
        (True, True, "sip:192.0.2.8:5062;transport=udp", False),
        (False, True, "sip:192.0.2.7:5062;transport=udp", False),
        (True, False, "sip:192.0.2.7:5062;transport=udp", False),
    ],
)
def test_which_reply_without_a_transaction_passes(
    is_success: bool, known: bool, callee_at: str, passes: bool
) -> None:
    engine = FakeEngine(kept=note_of(callee_at=callee_at), known_dialog=known, success_of_invite=is_success)
    assert may_pass(engine) is passes
    assert not may_pass(FakeEngine(kept="", success_of_invite=True))


def test_a_record_becomes_a_row_and_a_note_and_back() -> None:
    note = note_of(answered_ms=1500, ended_ms=4750, result="answered", sip_code=200)
    state = state_from_note(note)
    assert state.to_note() == note
    assert from_note(state.record.to_note()) == state.record
    row = dict(zip(COLUMNS, to_row(state.record), strict=True))
    assert row["duration_ms"] == 3250
    assert row["started_at"].isoformat() == "1970-01-01T00:00:01.001000+00:00"
