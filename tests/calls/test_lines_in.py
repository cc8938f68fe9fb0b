"""Calls from outside (C-06, C-08): whom they ring, and from whom they are taken."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.calls.carrier import CODE, NUMBER, REALM, USER, Carrier, ha1
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone


@pytest.fixture
def carrier(edge: EdgeServer) -> Iterator[Carrier]:
    """A carrier that is known by its address."""
    with Carrier(edge) as one:
        yield one


@pytest.fixture
def phones(edge: EdgeServer) -> Iterator[tuple[Phone, Phone, Phone]]:
    """田中's, 鈴木's and 佐藤's phones, registered; all three receive the line's calls."""
    with contextlib.ExitStack() as stack:
        three = tuple(stack.enter_context(edge.phone(f"kmy0000{n}")) for n in (1, 2, 3))
        for phone in three:
            assert phone.register().status == 200
        yield three  # type: ignore[misc]


def ring_and_cancel(carrier: Carrier, call: Call, phones: Sequence[Phone]) -> None:
    """The call rings these phones, and its caller gives up."""
    ringing = [phone.expect_call() for phone in phones]
    for one in ringing:
        one.ring()
    carrier.phone.expect_status(180)
    assert call.cancel().status == 200
    for one in ringing:
        one.expect_cancel()


@pytest.mark.parametrize("turn", range(8))
def test_whoever_rings_in_the_moment_of_the_answer_is_cancelled(
    turn: int, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    """It fails in two of three tries where such a phone is not heard again; hence the turns."""
    call = carrier.call(NUMBER)
    first, *others = [phone.expect_call() for phone in phones]
    for one in (first, *others):
        one.ring()
    first.accept()
    assert call.expect_answer().status == 200
    first.expect_ack()
    for loser in others:
        loser.expect_cancel()
    call.hang_up(first)


def record(edge: EdgeServer, call: Call) -> dict[str, Any]:
    """The call's one record."""
    (row,) = edge.records(call.invite["Call-ID"])
    return row


def test_a_call_in_rings_the_lines_people_with_the_callers_number(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    call = carrier.call(NUMBER)
    ringing = [phone.expect_call() for phone in phones]
    assert {one.invite["From"].split(";tag")[0] for one in ringing} == {"<sip:0312345678@kmy.cplus01.jp>"}
    for one in ringing:
        one.ring()
        carrier.phone.expect_status(180)
    ringing[1].accept()
    assert call.expect_answer().status == 200
    for loser in (ringing[0], ringing[2]):
        loser.expect_cancel()
    ringing[1].expect_ack()
    seen = "\n".join(str(message) for message in carrier.phone.seen)
    for inside in ("kmy0000", "鈴木", f":{phones[1].address[1]}"):
        assert inside not in seen, inside
    bye = call.within("BYE")
    carrier.phone.send(bye)
    arrived = phones[1].expect_request("BYE")
    assert arrived.first.split()[1] == f"sip:kmy00002@127.0.0.1:{phones[1].address[1]}"
    ringing[1].reply(200, request=arrived)
    carrier.phone.expect_status(200, method="BYE")
    row = record(edge, call)
    assert (row["direction"], row["result"], row["hung_up_by"]) == ("inbound", "answered", "caller")
    assert (row["caller_number"], row["called_number"], row["answered_device_id"]) == (
        "0312345678",
        NUMBER,
        2,
    )
    assert row["trunk_id"] == carrier.trunk_id
    assert sorted(leg["result"] for leg in row["legs"]) == ["answered", "lost", "lost"]


@pytest.mark.parametrize("number", [NUMBER, "+81500000000"])
def test_the_called_number_however_the_carrier_writes_it(
    carrier: Carrier, phones: tuple[Phone, Phone, Phone], number: str
) -> None:
    call = carrier.call(number)
    ring_and_cancel(carrier, call, phones)


def test_a_hidden_number_is_shown_to_nobody(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    call = carrier.call(NUMBER, caller="anonymous", Privacy="id")
    ringing = phones[0].expect_call()
    assert "anonymous" in ringing.invite["From"]
    assert not ringing.invite["P-Asserted-Identity"]
    ringing.ring()
    ring_and_cancel(carrier, call, phones[1:])
    ringing.expect_cancel()
    assert record(edge, call)["caller_number"] == ""


def test_a_number_that_is_nobodys(carrier: Carrier) -> None:
    assert carrier.call("0311112222").expect_answer().status == 404


def test_a_line_of_another_carrier_is_nobodys(edge: EdgeServer, carrier: Carrier) -> None:
    assert carrier.call("0500000001").expect_answer().status == 404


def test_from_anywhere_else_a_line_is_called_by_nobody(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    """Whoever is not the carrier is asked for a password, as any phone."""
    with edge.phone("x", host="127.0.7.9") as stranger:
        us = "{}:{}".format(*edge.address)
        for target in (f"sip:{NUMBER}@{us}", f"sip:{CODE}@{us}"):
            invite = stranger.request(
                "INVITE", target, headers={"From": "<sip:0312345678@carrier>;tag=1"}, body="v=0"
            )
            assert stranger.ask(invite).status in (403, 407)
    assert phones[0].receive(0.2) is None


def test_the_carriers_address_opens_nothing_else(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    """No extension, no login, no number outside, no Route to elsewhere; and no registration without a password."""
    us = "{}:{}".format(*edge.address)
    for number in ("2000", "kmy00002", "0399998888", "110", "*8"):
        assert carrier.call(number).expect_answer().status == 404
    with edge.phone("x", host="127.0.7.9") as outside:
        away = "{}:{}".format(*outside.address)
        for uri, route in (
            (f"sip:0399998888@{away}", ""),
            (f"sip:{NUMBER}@{away}", f"<sip:{us};lr>, <sip:{away};lr>"),
        ):
            headers = {"Route": route} if route else {}
            invite = carrier.phone.request("INVITE", uri, headers=headers, body=carrier.phone.sdp())
            carrier.phone.send(invite)
        register = carrier.phone.request(
            "REGISTER", "sip:kmy.cplus01.jp", headers={"To": "<sip:kmy00002@kmy.cplus01.jp>"}
        )
        assert carrier.phone.ask(register).status in (401, 403)
        assert outside.receive(0.3) is None


def test_a_registering_carriers_calls_come_to_the_code(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    columns = {"kind": "registering", "realm": REALM, "auth_user": USER, "auth_ha1": ha1()}
    with Carrier(edge, **columns) as carrier:
        call = carrier.call(NUMBER, user=CODE)
        first = phones[0].expect_call()
        assert first.invite["From"].startswith("<sip:0312345678@kmy.cplus01.jp>")
        first.ring()
        ring_and_cancel(carrier, call, phones[1:])
        with edge.phone("x", host="127.0.7.9") as stranger:
            us = "{}:{}".format(*edge.address)
            invite = stranger.request(
                "INVITE", f"sip:{CODE}@{us}", headers={"To": f"<sip:{NUMBER}@{us}>"}, body="v=0"
            )
            assert stranger.ask(invite).status in (403, 407)


def test_a_full_line_is_busy(edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]) -> None:
    edge.sql("UPDATE lines_line SET max_calls = 1 WHERE number = %s", NUMBER)
    call = carrier.call(NUMBER)
    ringing = [phone.expect_call() for phone in phones]
    second = carrier.call(NUMBER)
    assert second.expect_answer().status == 486
    assert record(edge, second)["reason"] == "line_busy"
    for one in ringing:
        one.refuse(486, "Busy Here")
    assert call.expect_answer().status == 486
    edge.records(call.invite["Call-ID"])
    ring_and_cancel(carrier, carrier.call(NUMBER), phones)


def test_what_nobody_answers_goes_to_the_department_and_then_outside(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    """応答がないとき (S1-120): after the line's time the department rings, and its members only."""
    department = edge.sql("SELECT id FROM departments_department WHERE name = '営業部'")[0]["id"]
    edge.sql(
        "UPDATE lines_line SET ring_timeout_s = 1, no_answer = 'department', no_answer_department_id = %s"
        " WHERE number = %s",
        department,
        NUMBER,
    )
    call = carrier.call(NUMBER)
    first = [phone.expect_call() for phone in phones]
    for one in first:
        one.ring()
        carrier.phone.expect_status(180)
    for one in first:
        one.expect_cancel(timeout_s=4)
    again = [phone.expect_call() for phone in phones[:2]]
    assert phones[2].receive(0.2) is None
    for one in again:
        one.ring()
        carrier.phone.expect_status(180)
    again[0].accept()
    assert call.expect_answer().status == 200
    again[0].expect_ack()
    again[1].expect_cancel()
    bye = call.within("BYE")
    carrier.phone.send(bye)
    again[0].reply(200, request=phones[0].expect_request("BYE"))
    row = record(edge, call)
    assert [stage["action"] for stage in row["decision"]["stages"]] == ["ring", "ring"]
    assert [(leg["stage"], leg["result"]) for leg in row["legs"]][:3] == [(0, "no_answer")] * 3
    assert {leg["rang_ms"] is not None for leg in row["legs"] if leg["stage"] == 0} == {True}


def test_a_line_forwards_to_a_number_outside_with_its_own_number(
    edge: EdgeServer, carrier: Carrier, phones: tuple[Phone, Phone, Phone]
) -> None:
    edge.sql(
        "UPDATE lines_line SET ring_timeout_s = 1, no_answer = 'forward', no_answer_number = '09012345678'"
        " WHERE number = %s",
        NUMBER,
    )
    call = carrier.call(NUMBER)
    for phone in phones:
        phone.expect_call().ring()
    outside = carrier.expect_call(timeout_s=5)
    assert outside.invite.first.startswith("INVITE sip:09012345678@")
    assert f"<sip:{NUMBER}@" in outside.invite["P-Asserted-Identity"]
    assert outside.invite["From"].startswith(f"<sip:{NUMBER}@")
    outside.accept()
    assert call.expect_answer().status == 200
    outside.expect_ack()
    call.hang_up(outside)
    row = record(edge, call)
    assert (row["direction"], row["result"], row["shown_number"]) == ("inbound", "answered", NUMBER)
    assert [leg["number"] for leg in row["legs"] if leg["result"] == "answered"] == ["09012345678"]
