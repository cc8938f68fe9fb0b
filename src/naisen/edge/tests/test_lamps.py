"""What a lamp shows, from the calls that the edge remembers to the document; without a SIP server."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from naisen.edge import dialog_info, lamps, message_summary, pickup
from naisen.edge.call_events import on_dialog_event, on_failure
from naisen.edge.call_state import state_from_note
from naisen.edge.dialog_info import Identity, LampDialog
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import Kept
from naisen.edge.tests.test_calls import SUZUKI, call
from naisen.routing import Called

NS = "{urn:ietf:params:xml:ns:dialog-info}"
SALES = Called("100", "department", 5, 30, True, None, SUZUKI.devices)
RINGS = LampDialog("r1", "recipient", "early", Identity("田中", "sip:1000@a.test"))
TALKS = LampDialog("r1", "recipient", "confirmed")

# -- documents


def test_a_document_says_who_rings_and_survives_any_name() -> None:
    nasty = LampDialog('a"<', "recipient", "early", Identity('<"&\x00\x1b株式会社', "sip:1@a.test;x=<&>"))
    tree = ET.fromstring(dialog_info.document("sip:2000@a.test", 7, [nasty]).encode())
    assert (tree.get("version"), tree.get("state"), tree.get("entity")) == ("7", "full", "sip:2000@a.test")
    (dialog,) = tree
    assert (dialog.get("id"), dialog.get("direction"), dialog.findtext(f"{NS}state")) == (
        'a"<',
        "recipient",
        "early",
    )
    identity = dialog.find(f"{NS}remote/{NS}identity")
    assert identity is not None
    assert (identity.get("display"), identity.text) == ('<"&株式会社', "sip:1@a.test;x=<&>")
    assert [part.tag.removeprefix(NS) for part in dialog] == ["state", "local", "remote"], (
        "the schema's order"
    )


def test_who_is_free_has_a_document_without_dialogs() -> None:
    assert list(ET.fromstring(dialog_info.document("sip:2000@a.test", 0, []).encode())) == []


def test_messages() -> None:
    lines = message_summary.document("sip:1000@a.test", message_summary.Counts(2, 1)).split("\r\n")
    assert lines[0] == "Messages-Waiting: yes"
    assert lines[2] == "Voice-Message: 2/1 (0/0)"


def test_what_has_ended_is_said_once_more() -> None:
    assert lamps.with_ended((), (RINGS,)) == (LampDialog("r1", "recipient", "terminated"),)
    assert lamps.with_ended((TALKS,), (RINGS,)) == (TALKS,)


# -- from calls to lamps


def test_a_ringing_call_is_seen_at_both_ends_and_at_its_department() -> None:
    engine, _ = call(called=replace(SALES, digits="2000"))
    lit = lamps.lit({"1:2": engine.placed[0].ringing}, {})
    assert set(lit) == {("person", 11), ("person", 12), ("department", 5)}
    (caller,), (callee,) = lit["person", 11], lit["person", 12]
    assert (caller.direction, caller.state, caller.remote) == (
        "initiator",
        "early",
        Identity("", "sip:2000@a.test"),
    )
    assert (callee.direction, callee.remote) == ("recipient", Identity("田中", "sip:1000@a.test"))
    assert lit["department", 5] == (callee,)
    assert "call-1" not in callee.id, "nobody may meddle with a call that he watches"


def test_an_answered_call_says_that_they_talk_not_with_whom_under_the_same_name() -> None:
    engine, _ = call()
    ringing = lamps.lit({"1:2": engine.placed[0].ringing}, {})
    engine.kept = engine.placed[0].note
    engine.answering = 1
    on_dialog_event(engine, "dialog:start", Kept())
    assert engine.table(lamps.CHANGED) == {}, "nobody watches"
    talking = lamps.lit({}, engine.table(lamps.TALKING))
    assert {target: dialog.id for target, (dialog,) in talking.items()} == {
        target: dialog.id for target, (dialog,) in ringing.items()
    }
    assert {dialog.state for (dialog,) in talking.values()} == {"confirmed"}
    assert not any(dialog.remote for (dialog,) in talking.values())
    before = engine.table(lamps.TALKING)
    engine.texts.clear()
    lamps.remember(engine, [state_from_note(engine.kept)])
    assert engine.table(lamps.TALKING) == before, "as after a restart"
    on_dialog_event(engine, "dialog:end", Kept())
    assert engine.texts == {}


def test_a_call_to_outside_shows_no_number_and_cannot_be_picked_up() -> None:
    engine, _ = call()
    text = pickup.dialling(state_from_note(engine.placed[0].note), 1)
    ((target, (dialog,)),) = lamps.lit({"1:2": text}, {}).items()
    assert (target, dialog.direction, dialog.remote) == (("person", 11), "initiator", None)


def test_every_turn_of_a_watched_tenants_call_is_told_to_the_notifier() -> None:
    watched = {(lamps.WATCHED, "1"): "1"}
    engine, _ = call(texts=dict(watched))
    assert engine.table(lamps.CHANGED) == {"1": "1"}
    for turn in ("dialog:start", "dialog:end", "dialog:failed"):
        other, _ = call()
        other.kept, other.texts = other.placed[0].note, dict(watched)
        on_dialog_event(other, turn, Kept())
        assert other.table(lamps.CHANGED) == {"1": "1"}, turn
    engine.kept, engine.texts = engine.placed[0].note, dict(watched)
    on_failure(engine, FakeDirectory())
    assert engine.table(lamps.CHANGED) == {"1": "1"}


def test_a_call_that_nobody_watches_asks_nothing_but_the_memory() -> None:
    """The directory is away from the moment it rings: a question to it would be an error."""
    engine, _ = call()
    engine.kept = engine.placed[0].note
    for turn in ("dialog:start", "dialog:end"):
        on_dialog_event(engine, turn, Kept())
    assert engine.texts == {}
