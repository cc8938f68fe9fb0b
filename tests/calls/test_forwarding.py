"""Forwarding, do-not-disturb, patience and call waiting: who rings next, and for how long (C-02, C-03, D-03)."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.calls.carrier import Carrier
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone

SUZUKI = 2


@pytest.fixture
def phones(edge: EdgeServer) -> Iterator[tuple[Phone, Phone, Phone]]:
    """田中's, 鈴木's and 佐藤's phones, registered; 鈴木's settings are put back afterwards."""
    with contextlib.ExitStack() as stack:
        three = tuple(stack.enter_context(edge.phone(f"kmy0000{n}")) for n in (1, 2, 3))
        for phone in three:
            assert phone.register().status == 200
        yield three  # type: ignore[misc]
    edge.sql(
        "UPDATE people_person SET forward_always = '', forward_busy = '', forward_no_answer = '',"
        " forward_unregistered = '', do_not_disturb = false, ring_timeout_s = 60"
    )


def set_suzuki(edge: EdgeServer, **columns: Any) -> None:
    """Change columns of 鈴木's row."""
    for name, value in columns.items():
        edge.sql(f"UPDATE people_person SET {name} = %s WHERE id = %s", value, SUZUKI)


def answer_and_hang_up(edge: EdgeServer, call: Call, ringing: Call) -> dict[str, Any]:
    """The call is taken and ended by its caller; returns its one record."""
    ringing.accept()
    assert call.expect_answer().status == 200
    ringing.expect_ack()
    assert call.hang_up(ringing).status == 200
    (row,) = edge.records(call.invite["Call-ID"])
    assert row["result"] == "answered"
    return row


def test_busy_goes_on_to_another_extension(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_busy="3000")
    call = tanaka.invite("2000")
    suzuki.expect_call().refuse(486, "Busy Here")
    ringing = sato.expect_call()
    assert ringing.invite["From"].startswith('"田中" <sip:1000@kmy.cplus01.jp>')
    assert ringing.invite.all("P-Asserted-Identity") == ['"田中" <sip:1000@kmy.cplus01.jp>']
    row = answer_and_hang_up(edge, call, ringing)
    assert (row["called_number"], row["answered_device_id"], row["called_person_id"]) == ("2000", 3, 3)
    assert [(leg["stage"], leg["device_id"], leg["result"]) for leg in row["legs"]] == [
        (0, 2, "busy"),
        (1, 3, "answered"),
    ]


def test_no_answer_goes_on_after_the_persons_time(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_no_answer="3000", ring_timeout_s=1)
    call = tanaka.invite("2000")
    first = suzuki.expect_call()
    first.ring()
    began = time.monotonic()
    first.expect_cancel(timeout_s=3)
    assert 0.7 < time.monotonic() - began < 2
    ringing = sato.expect_call()
    row = answer_and_hang_up(edge, call, ringing)
    assert [leg["result"] for leg in row["legs"]] == ["no_answer", "answered"]
    assert 700 < row["legs"][0]["ended_ms"] - row["legs"][0]["rang_ms"] < 2500


def test_unregistered_goes_on_at_once(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_unregistered="3000")
    assert suzuki.register(expires=0).status == 200
    call = tanaka.invite("2000")
    answer_and_hang_up(edge, call, sato.expect_call(timeout_s=1))


def test_always_rings_the_other_phone_only(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_always="3000")
    call = tanaka.invite("2000")
    ringing = sato.expect_call()
    assert suzuki.receive(0.1) is None
    answer_and_hang_up(edge, call, ringing)


def test_a_forward_to_outside_goes_out_on_the_persons_line(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    """The carrier sees the line's number, not 田中's; and the call that rang before leaves nothing in it."""
    tanaka, suzuki, _ = phones
    set_suzuki(edge, forward_busy="09012345678")
    with Carrier(edge) as carrier:
        call = tanaka.invite("2000")
        suzuki.expect_call().refuse(486, "Busy Here")
        outside = carrier.expect_call()
        assert outside.invite.first.startswith("INVITE sip:09012345678@")
        assert outside.invite.all("P-Asserted-Identity") == [f"<sip:0500000000@{carrier.phone.address[0]}>"]
        assert outside.invite.body.count("m=audio") == 1
        for inside in ("田中", "kmy0000", "kmy.cplus01"):
            assert inside not in str(outside.invite)
        row = answer_and_hang_up(edge, call, outside)
    assert (row["direction"], row["called_number"]) == ("outbound", "2000")
    assert row["legs"][-1]["number"] == "09012345678"


def test_forwards_in_a_circle_come_to_an_end(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, _, _ = phones
    edge.sql("UPDATE people_person SET forward_always = '3000' WHERE id = 2")
    edge.sql("UPDATE people_person SET forward_always = '2000' WHERE id = 3")
    call = tanaka.invite("2000")
    assert call.expect_answer(timeout_s=2).status == 480
    (row,) = edge.records(call.invite["Call-ID"])
    assert row["reason"] == "forward_loop"


def test_a_stopped_persons_forwarding_does_not_act(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, _, sato = phones
    set_suzuki(edge, forward_always="3000")
    edge.sql("UPDATE people_person SET stopped_at = now() WHERE id = 2")
    assert tanaka.invite("2000").expect_answer(timeout_s=1).status == 480
    assert sato.receive(0.1) is None


def test_who_does_not_want_to_be_disturbed_is_not(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, do_not_disturb=True)
    call = tanaka.invite("2000")
    assert call.expect_answer(timeout_s=1).status == 480
    group = sato.invite("100")
    ringing = tanaka.expect_call()
    assert suzuki.receive(0.1) is None
    answer_and_hang_up(edge, group, ringing)


def test_the_callers_patience_ends_the_ringing(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    """Expires of the INVITE (RFC 3261 13.2.1), also over a forward."""
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_no_answer="3000", ring_timeout_s=1)
    began = time.monotonic()
    call = tanaka.invite("2000", Expires="2")
    first = suzuki.expect_call()
    first.ring()
    first.expect_cancel(timeout_s=3)
    second = sato.expect_call()
    second.ring()
    second.expect_cancel(timeout_s=3)
    assert call.expect_answer().status == 480
    assert 1.5 < time.monotonic() - began < 3.5


def test_without_call_waiting_a_second_call_is_busy(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    """At once, without ringing; in a department the others ring."""
    tanaka, suzuki, sato = phones
    edge.sql("UPDATE devices_device SET max_calls = 1 WHERE login = 'kmy00002'")
    call = tanaka.invite("2000")
    ringing = suzuki.expect_call()
    ringing.ring()
    waiting = sato.invite("2000")
    assert waiting.expect_answer(timeout_s=1).status == 486
    assert suzuki.receive(0.1) is None
    assert edge.records(waiting.invite["Call-ID"])[0]["reason"] == "callee_busy"
    answer_and_hang_up(edge, call, ringing)
    again = sato.invite("2000")
    answer_and_hang_up(edge, again, suzuki.expect_call())


def test_a_cancel_in_the_second_stage_stops_it(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    set_suzuki(edge, forward_busy="3000")
    call = tanaka.invite("2000")
    suzuki.expect_call().refuse(486, "Busy Here")
    ringing = sato.expect_call()
    ringing.ring()
    tanaka.expect_status(180)
    assert call.cancel().status == 200
    ringing.expect_cancel()
    assert call.expect_answer().status == 487
    (row,) = edge.records(call.invite["Call-ID"])
    assert (row["result"], [leg["result"] for leg in row["legs"]]) == ("cancelled", ["busy", "cancelled"])
