"""Limits under race (R7): fifty calls at once, and exactly as many are up as may be."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.calls.carrier import NUMBER, Carrier
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Message, Phone
from tests.calls.waiting import wait_for

MANY = 50


@pytest.fixture
def tanaka(edge: EdgeServer) -> Iterator[Phone]:
    """田中's phone, registered, with no call of an earlier test about: Kamailio has forgotten them all."""
    edge.restart_kamailio()
    edge.sql("UPDATE tenants_tenant SET calls_per_minute = 100000; UPDATE devices_device SET max_calls = 20")
    with edge.phone("kmy00001") as phone:
        assert phone.register().status == 200
        yield phone


def at_once(phone: Phone, number: str, count: int = MANY) -> list[Message]:
    """Invite a number `count` times at the same moment, each with its own answer to a challenge; the INVITEs."""
    ready = []
    for _ in range(count):
        first = phone.invite_request(number)
        challenge = phone.ask(first)
        assert challenge.status == 407
        phone.acknowledge(first, challenge)
        ready.append(phone.with_credentials(first, challenge))
    for invite in ready:
        phone.send(invite)
    return ready


def outcomes(phone: Phone, invites: list[Message], up: int, timeout_s: float = 20.0) -> Counter[int]:
    """How the calls fared: their final codes, once all but `up` of them have one; those that ring count as 180."""
    codes: dict[str, int] = {}
    deadline = time.monotonic() + timeout_s
    calls = {invite["Call-ID"]: Call(phone, invite) for invite in invites}
    while (
        len([code for code in codes.values() if code >= 200]) < len(invites) - up
        and time.monotonic() < deadline
    ):
        message = phone.receive(0.5)
        if message is None or message.status <= 100 or message["Call-ID"] not in calls:
            continue
        if codes.get(message["Call-ID"], 0) < 200:
            codes[message["Call-ID"]] = message.status
        if message.status >= 300:
            phone.acknowledge(calls[message["Call-ID"]].invite, message)
    return Counter(codes.get(call_id, 180) for call_id in calls)


class Ringing(contextlib.AbstractContextManager["Ringing"]):
    """A phone that says 180 to every call, in a thread of its own, until the end; then it declines them all."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.calls: dict[str, Call] = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Ringing":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()
        for call in self.calls.values():
            call.reply(603, "Decline")

    def _run(self) -> None:
        while not self._ends.is_set():
            message = self.phone.receive(0.1)
            if message is not None and message.first.startswith("INVITE "):
                call = self.calls.setdefault(message["Call-ID"], Call(self.phone, message, is_incoming=True))
                call.ring()


@pytest.mark.parametrize(
    ("change", "number", "up", "code"),
    [
        ("UPDATE devices_device SET max_calls = 7 WHERE login = 'kmy00001'", "2000", 7, 403),
        ("UPDATE devices_device SET max_calls = 5 WHERE login = 'kmy00002'", "2000", 5, 486),
        ("UPDATE tenants_tenant SET max_calls = 9", "2000", 9, 403),
        ("UPDATE tenants_tenant SET calls_per_minute = 11", "2000", 11, 403),
        ("UPDATE lines_line SET max_calls = 3", "0312345678", 3, 403),
    ],
    ids=["caller's device", "callee's device", "tenant", "a minute", "line"],
)
def test_fifty_at_once_and_exactly_as_many_up_as_may_be(
    edge: EdgeServer,
    tanaka: Phone,
    figure: Callable[[str], None],
    change: str,
    number: str,
    up: int,
    code: int,
) -> None:
    with Carrier(edge) as carrier, edge.phone("kmy00002") as suzuki:
        assert suzuki.register().status == 200
        edge.sql(change)
        with Ringing(carrier.phone if number.startswith("0") else suzuki) as ringing:
            counted = outcomes(tanaka, at_once(tanaka, number), up)
            wait_for(lambda: len(ringing.calls) == up, 5)
            time.sleep(0.2)
            assert len(ringing.calls) == up
        assert counted == {180: up, code: MANY - up}
        figure(
            f"{MANY} calls at once, limit {up} ({change.split()[1]}): {up} up, {MANY - up} refused with {code}"
        )
        wait_for(lambda: held(edge) == {"0"}, 8)


def held(edge: EdgeServer) -> set[str]:
    """The values of all counters of calls."""
    slots = edge.rpc("htable.dump", "calls_held")
    slots = slots if isinstance(slots, list) else []
    return {str(entry["value"]) for slot in slots for entry in slot["slot"]} or {"0"}


def test_at_most_one_call_goes_beyond_the_days_yen(edge: EdgeServer, tanaka: Phone) -> None:
    """A call outside reserves its first unit (8.5 yen, so 9): with 20 yen for the day, three may begin."""
    edge.sql("UPDATE tenants_tenant SET yen_per_day = 20 WHERE domain = 'kmy.cplus01.jp'")
    with Carrier(edge) as carrier, Ringing(carrier.phone) as ringing:
        counted = outcomes(tanaka, at_once(tanaka, "0312345678", 20), 3)
        wait_for(lambda: len(ringing.calls) == 3, 5)
        assert counted == {180: 3, 403: 17}


def test_a_running_call_ends_when_the_days_yen_are_spent(edge: EdgeServer, tanaka: Phone) -> None:
    """And what it cost is in its record; the next one is refused before it begins."""
    edge.sql("INSERT INTO calls_rate (prefix, name, unit_s, unit_yen) VALUES ('0998', 'test', 1, 5)")
    edge.sql("UPDATE tenants_tenant SET yen_per_day = 12 WHERE domain = 'kmy.cplus01.jp'")
    try:
        with Carrier(edge) as carrier:
            call = tanaka.invite("0998123456")
            outside = carrier.expect_call()
            outside.accept()
            assert call.expect_answer().status == 200
            outside.expect_ack()
            outside.expect_bye(timeout_s=10)
            call.expect_bye()
            (row,) = edge.records(call.invite["Call-ID"])
            assert (row["result"], row["hung_up_by"]) == ("answered", "system")
            assert 12 <= row["charge_yen"] <= 40
            refused = tanaka.invite("0998123456")
            assert refused.expect_answer().status == 403
            assert edge.records(refused.invite["Call-ID"])[0]["reason"] == "yen_per_day_reached"
            assert carrier.phone.receive(0.2) is None
    finally:
        edge.sql("DELETE FROM calls_rate WHERE prefix = '0998'")


def test_the_counters_are_right_after_a_restart(edge: EdgeServer, tanaka: Phone) -> None:
    """What was held by calls that outlive it is held again, and given back once."""
    with edge.phone("kmy00002") as suzuki, edge.phone("kmy00003") as sato:
        for phone in (suzuki, sato):
            assert phone.register().status == 200
        edge.sql("UPDATE devices_device SET max_calls = 1 WHERE login = 'kmy00002'")
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        ringing.accept()
        assert call.expect_answer().status == 200
        ringing.expect_ack()
        wait_for(lambda: len(edge.sql("SELECT 1 FROM edge.dialog")) == 1, 3)
        edge.restart_kamailio()
        assert sato.invite("2000").expect_answer().status == 486
        assert ringing.hang_up(call).status == 200
        edge.records(call.invite["Call-ID"])
        again = sato.invite("2000")
        suzuki.expect_call().refuse(603, "Decline")
        assert again.expect_answer().status == 603
        wait_for(lambda: held(edge) == {"0"}, 8)


def test_a_full_line_out_is_refused_and_free_again_after_the_call(edge: EdgeServer, tanaka: Phone) -> None:
    with Carrier(edge) as carrier:
        edge.sql("UPDATE lines_line SET max_calls = 1 WHERE number = %s", NUMBER)
        call = tanaka.invite("0312345678")
        outside = carrier.expect_call()
        outside.ring()
        full = tanaka.invite("0312345678")
        assert full.expect_answer().status == 403
        assert edge.records(full.invite["Call-ID"])[0]["reason"] == "line_full"
        outside.refuse(486)
        assert call.expect_answer().status == 486
        again = tanaka.invite("0312345678")
        carrier.expect_call().refuse(486)
        assert again.expect_answer().status == 486
