"""SUBSCRIBE without a SIP server: who may watch whom, and what is kept of it."""

from dataclasses import replace

import pytest

from naisen.edge.engine import Uri
from naisen.edge.requests import answer_request
from naisen.edge.subscribing import MAX_PER_DEVICE, SUBSCRIBED
from naisen.edge.subscription import COLUMNS, from_row, from_text
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import FakeEngine
from naisen.edge.tests.test_calls import SUZUKI, TANAKA
from naisen.edge.tests.test_lamps import SALES
from naisen.edge.tests.watching import ONE


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
