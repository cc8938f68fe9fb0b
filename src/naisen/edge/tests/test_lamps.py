"""Lamps without a SIP server: who may watch, what a lamp shows, and how phones are told."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from naisen.edge import dialog_info, lamps, message_summary, pickup
from naisen.edge.call_events import on_dialog_event, on_failure
from naisen.edge.call_state import state_from_note
from naisen.edge.dialog_info import Identity, LampDialog
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.engine import Uri
from naisen.edge.notifier import AFTER_RESTART, ANSWERS, AT_ONCE, SWEEP_S, Notifier
from naisen.edge.requests import answer_request
from naisen.edge.subscribing import MAX_PER_DEVICE, SUBSCRIBED
from naisen.edge.subscription import COLUMNS, Subscription, from_row, from_text
from naisen.edge.tests.fake_engine import FakeDirectory, FakeEngine
from naisen.edge.tests.test_calls import SUZUKI, TANAKA, call
from naisen.edge.watchers import RETRIES_S, UNANSWERED_S
from naisen.routing import Called

NS = "{urn:ietf:params:xml:ns:dialog-info}"
SALES = Called("100", "department", 5, 30, True, None, SUZUKI.devices)
RINGS = LampDialog("r1", "recipient", "early", Identity("田中", "sip:1000@a.test"))
TALKS = LampDialog("r1", "recipient", "confirmed")
ONE = Subscription(
    *("t1", "theirs", "call-1", "dialog", "", 1, 1, "d1", "a.test", "person", 12, "sip:2000@a.test"),
    *("sip:d1@a.test", "sip:2000@a.test", "sip:d1@10.0.0.5:5060", "sip:192.0.2.7:5062;transport=udp"),
    *(1, 3_600_000),
)

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
    on_dialog_event(engine, "dialog:start", lambda record: None)
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
    on_dialog_event(engine, "dialog:end", lambda record: None)
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
        on_dialog_event(other, turn, lambda record: None)
        assert other.table(lamps.CHANGED) == {"1": "1"}, turn
    engine.kept, engine.texts = engine.placed[0].note, dict(watched)
    on_failure(engine, FakeDirectory())
    assert engine.table(lamps.CHANGED) == {"1": "1"}


def test_a_call_that_nobody_watches_asks_nothing_but_the_memory() -> None:
    """The directory is away from the moment it rings: a question to it would be an error."""
    engine, _ = call()
    engine.kept = engine.placed[0].note
    for turn in ("dialog:start", "dialog:end"):
        on_dialog_event(engine, turn, lambda record: None)
    assert engine.texts == {}


# -- SUBSCRIBE


def subscribe(directory: FakeDirectory | None = None, **message: object) -> FakeEngine:
    """d1 subscribes to 2000's calls."""
    values = {"said_method": "SUBSCRIBE", "uri": "sip:2000@a.test", "headers": {"Event": "dialog"}}
    engine = FakeEngine(**values | message)  # type: ignore[arg-type]
    engine.given = replace(engine.given, uri=engine.uri) if engine.given else None
    answer_request(
        engine, directory or FakeDirectory([TANAKA], [SUZUKI, SALES]), lambda record: None, min_expires_s=60
    )
    return engine


def test_a_subscription_is_kept_and_handed_to_the_notifier() -> None:
    directory = FakeDirectory([TANAKA], [SUZUKI])
    engine = subscribe(directory, headers={"Event": "dialog; sla; id=7", "Expires": "600"})
    assert engine.replies == [(200, "OK", ("Expires: 600",))]
    ((tag, text),) = engine.table(SUBSCRIBED).items()
    assert from_text(text) == directory.subscribed[tag]
    one = from_text(text)
    assert (one.target, one.event_id, one.entity, one.contact) == (
        ("person", 12),
        "7",
        "sip:2000@a.test",
        "sip:d1@192.0.2.7:5062",
    )
    assert one.sent_to == "sip:192.0.2.7:5062;transport=udp"
    row = tuple(getattr(one, name) for name in COLUMNS)
    assert from_row((*row, one.expires_ms)) == one


@pytest.mark.parametrize(
    ("headers", "changes", "code"),
    [
        ({"Event": "presence"}, {}, 489),
        ({}, {}, 489),
        ({"Event": "dialog", "Expires": "59"}, {}, 423),
        ({"Event": "dialog", "Expires": "soon"}, {}, 400),
        ({"Event": "dialog", "Accept": "application/pidf+xml"}, {}, 406),
        ({"Event": "dialog", "Accept": "text/plain, application/dialog-info+xml;q=1"}, {}, 200),
        ({"Event": "dialog"}, {"contact": "<sip:a@b>, <sip:c@d>"}, 400),
        ({"Event": "dialog"}, {"contact": "<sip:a b@c>"}, 400),
        ({"Event": "dialog"}, {"contact": '"D 1" <sip:d1@x:5;transport=tcp>;expires=60'}, 200),
        ({"Event": "dialog"}, {"contact": "sip:d1@x:5;expires=60"}, 200),
        ({"Event": "dialog"}, {"called": Uri("4711", "a.test")}, 404),
        ({"Event": "dialog"}, {"called": Uri("2000", "b.test")}, 404),
        ({"Event": "dialog"}, {"called": Uri("100", "192.0.2.1")}, 200),
        ({"Event": "message-summary"}, {"called": Uri("1000", "a.test")}, 200),
        ({"Event": "message-summary"}, {"called": Uri("d1", "a.test")}, 200),
        ({"Event": "message-summary"}, {"called": Uri("", "a.test")}, 200),
        ({"Event": "message-summary"}, {"called": Uri("2000", "a.test")}, 403),
        ({"Event": "message-summary"}, {"called": Uri("", "b.test")}, 403),
    ],
)
def test_what_is_answered(headers: dict[str, str], changes: dict[str, object], code: int) -> None:
    assert subscribe(headers=headers, **changes).code == code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "device",
    [
        replace(TANAKA, may_register=False, why_not="stopped"),
        replace(TANAKA, may_register=False, why_not="unassigned", person_id=None),
        replace(TANAKA, login_only=True, person_id=None),
    ],
)
def test_who_may_not_call_may_not_watch(device: object) -> None:
    assert subscribe(FakeDirectory([device], [SUZUKI])).code == 403  # type: ignore[list-item]


def test_without_credentials_nothing_is_said() -> None:
    assert subscribe(given=None).did == ["challenge"]


def test_only_ones_own_is_renewed_and_only_in_order() -> None:
    directory = FakeDirectory([TANAKA, replace(TANAKA, login="d9", device_id=9)], [SUZUKI])
    tag = next(iter(subscribe(directory).table(SUBSCRIBED)))
    again = {"in_dialog": True, "said_to_tag": tag}
    assert subscribe(directory, **again, number=2).code == 200
    assert subscribe(directory, **again, number=2).code == 481
    assert subscribe(directory, in_dialog=True, said_to_tag="guessed", number=3).code == 481
    ended = subscribe(directory, **again, number=3, headers={"Event": "dialog", "Expires": "0"})
    assert from_text(ended.table(SUBSCRIBED)[tag]).expires_ms <= ended.now_ms()


def test_a_device_has_so_many_and_no_more() -> None:
    directory = FakeDirectory([TANAKA], [SUZUKI], subscribed={str(n): ONE for n in range(MAX_PER_DEVICE)})
    assert subscribe(directory).code == 403
    fetch = subscribe(directory, headers={"Event": "dialog", "Expires": "0"})
    assert fetch.code == 200, "which is kept nowhere"


# -- the notifier


@dataclass
class Phones(FakeEngine):
    """The shared tables, and every NOTIFY that was sent."""

    reached: bool = True
    bound_at: str = ""
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send_notify(self, contact: str, to: str, headers: str, body: str) -> bool:
        self.sent.append((to, headers, body))
        return self.reached

    def own_contact(self, user: str, address: str) -> str:
        return f"sip:{user}@192.0.2.1:5060"

    def where_bound(self, login: str, domain: str) -> str:
        return self.bound_at

    def now_ms(self) -> int:
        return self.clock_ms

    def states(self) -> list[str]:
        """Subscription-State of everything sent since the last look, or the first call's state where it is active."""
        found = [_shown(headers, body) for _, headers, body in self.sent]
        self.sent = []
        return found


def _shown(headers: str, body: str) -> str:
    state = re.findall(r"Subscription-State: (.*)\r", headers)[0]
    inner = re.findall(r"<state>(\w+)", body)
    return str(state) if state.startswith("terminated") else " ".join(inner) or "free"


@dataclass
class Store:
    """What the notifier reads and writes."""

    stored: list[Subscription] = field(default_factory=list)
    unwanted: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def subscriptions(self) -> list[Subscription]:
        self._ask()
        return self.stored

    def note_notified(self, counts: Mapping[str, int]) -> None:
        self._ask()
        self.counts |= counts

    def end_subscriptions(self, tags: Iterable[str]) -> None:
        self._ask()
        self.ended |= set(tags)

    def unwanted_subscriptions(self) -> list[tuple[str, str]]:
        self._ask()
        return self.unwanted

    def _ask(self) -> None:
        if self.is_away:
            raise DirectoryUnavailable("away")


class Running:
    """A notifier with a clock that the test turns."""

    def __init__(self, *stored: Subscription) -> None:
        self.now = 1000.0
        self.phones, self.store = Phones(), Store(list(stored))
        self.lines: list[str] = []
        self.notifier = Notifier(self.store, self.lines.append, lambda: self.now)

    def tick(self, later_s: float = 0.1) -> list[str]:
        """One look; what the phones were told."""
        self.now += later_s
        self.phones.clock_ms += int(later_s * 1000)
        self.notifier.tick(self.phones)
        return self.phones.states()

    def subscribe(self, one: Subscription = ONE) -> None:
        """A SUBSCRIBE has been accepted."""
        self.phones.set_text(SUBSCRIBED, one.local_tag, one.to_text())

    def talk(self, name: str = "1:1:c") -> None:
        """2000's person is on the phone."""
        self.phones.set_text(lamps.TALKING, name, "1 11 12")
        self.phones.set_text(lamps.CHANGED, "1", "1")

    def hang_up(self, name: str = "1:1:c") -> None:
        """And not any more."""
        self.phones.remove(lamps.TALKING, name)
        self.phones.set_text(lamps.CHANGED, "1", "1")

    def answer(self, code: int, tag: str = "t1") -> None:
        """The phone answers a NOTIFY."""
        self.phones.set_text(ANSWERS, tag, str(code))


def test_a_subscriber_is_told_at_once_and_whenever_something_has_changed() -> None:
    run = Running()
    assert run.tick() == []
    run.subscribe()
    assert run.tick() == ["free"]
    assert run.phones.noted(lamps.WATCHED, "1")
    run.talk()
    assert run.tick() == ["confirmed"]
    assert run.tick() == []
    run.phones.set_text(lamps.CHANGED, "1", "1")
    assert run.tick() == [], "somebody else's call"
    run.hang_up()
    assert run.tick() == ["terminated"]
    assert run.store.counts == {"t1": 3}


def test_numbers_rise_by_one_and_the_headers_are_the_subscriptions() -> None:
    run = Running()
    run.subscribe(replace(ONE, event_id="9"))
    run.notifier.tick(run.phones)
    run.talk()
    run.notifier.tick(run.phones)
    heads = [headers for _, headers, _ in run.phones.sent]
    assert [re.findall(r"CSeq: (.*)\r", head) for head in heads] == [["1 NOTIFY"], ["2 NOTIFY"]]
    assert [re.findall(r'version="(\d)"', body) for _, _, body in run.phones.sent] == [["0"], ["1"]]
    for line in (
        "From: <sip:2000@a.test>;tag=t1",
        "To: <sip:d1@a.test>;tag=theirs",
        "Call-ID: call-1",
        "Event: dialog;id=9",
        "Contact: <sip:2000@192.0.2.1:5060>",
    ):
        assert f"{line}\r\n" in heads[0]


def test_a_call_that_was_up_before_anybody_watched_is_seen_and_its_end_too() -> None:
    run = Running()
    run.phones.set_text(lamps.TALKING, "1:1:c", "1 11 12")
    run.subscribe()
    assert run.tick() == ["confirmed"]
    run.hang_up()
    assert run.tick() == ["terminated"]


def test_after_a_restart_everybody_is_told_with_numbers_far_beyond_the_last() -> None:
    run = Running(replace(ONE, notified=5))
    run.store.is_away = True
    assert run.tick() == []
    run.subscribe(replace(ONE, local_tag="t2", notified=5))
    assert run.tick() == ["free"], "who renews meanwhile is told, the database or no database"
    run.store.is_away = False
    assert run.tick(2) == ["free"]
    assert run.store.counts == {"t1": 5 + AFTER_RESTART + 1, "t2": 5 + AFTER_RESTART + 1}


def test_ends() -> None:
    run = Running()
    run.subscribe(replace(ONE, expires_ms=3_000))
    run.talk()
    assert run.tick() == ["confirmed"]
    assert run.tick(2.5) == ["terminated;reason=timeout"]
    run.subscribe(replace(ONE, local_tag="t2", expires_ms=0))
    assert run.tick() == ["terminated;reason=timeout"], "a fetch"
    run.subscribe(replace(ONE, local_tag="t3"))
    run.tick()
    run.store.unwanted = [("t3", "rejected")]
    run.phones.set_text(lamps.CHANGED, lamps.DEVICES, "1")
    assert run.tick() == ["terminated;reason=rejected"]
    run.hang_up()
    assert run.tick(SWEEP_S) == []
    assert run.store.ended == {"t1", "t2", "t3"}


def test_a_phone_that_has_forgotten_is_forgotten() -> None:
    run = Running()
    run.subscribe()
    run.tick()
    run.answer(200)
    run.talk()
    assert run.tick() == ["confirmed"]
    run.answer(481)
    run.tick()
    run.hang_up()
    assert run.tick() == []
    assert run.store.ended == {"t1"}


def test_a_phone_that_does_not_answer_is_tried_again_where_it_is_now_and_then_forgotten() -> None:
    run = Running()
    run.subscribe()
    run.tick()
    run.phones.bound_at = "sip:198.51.100.9:5070"
    for wait_s in RETRIES_S:
        assert run.tick(UNANSWERED_S[True] + 0.1) == []
        run.now += wait_s
        run.notifier.tick(run.phones)
        assert [to for to, _, _ in run.phones.sent] == [run.phones.bound_at]
        run.phones.sent = []
    run.tick(UNANSWERED_S[True] + 0.1)
    run.tick()
    assert run.store.ended == {"t1"}


def test_an_answer_in_time_keeps_it() -> None:
    run = Running()
    run.phones.reached = False
    run.subscribe()
    assert run.tick() == ["free"]
    run.phones.reached = True
    assert run.tick(RETRIES_S[0]) == ["free"]
    run.answer(200)
    assert [run.tick(UNANSWERED_S[True]) for _ in range(5)] == [[]] * 5
    assert run.store.ended == set()


def test_an_office_that_subscribes_at_once_is_told_in_portions() -> None:
    run = Running()
    for number in range(AT_ONCE + 5):
        run.subscribe(replace(ONE, local_tag=f"t{number}"))
    assert len(run.tick()) == AT_ONCE
    assert len(run.tick()) == 5
    assert run.tick() == []


def test_what_cannot_be_written_is_written_later() -> None:
    run = Running()
    run.subscribe()
    run.store.is_away = True
    assert run.tick() == ["free"]
    assert run.store.counts == {}
    run.store.is_away = False
    run.tick(2)
    assert run.store.counts == {"t1": 1}
    assert all(line.startswith("lamps: the database is away") for line in run.lines)
