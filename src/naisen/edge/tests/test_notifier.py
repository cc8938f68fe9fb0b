"""How watching phones are told, with a clock that the tests turn."""

import re
from dataclasses import replace

from naisen.edge import lamps
from naisen.edge.notifier import AFTER_RESTART, AT_ONCE, SWEEP_S
from naisen.edge.tests.watching import ONE, Running
from naisen.edge.watchers import RETRIES_S, UNANSWERED_S


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
