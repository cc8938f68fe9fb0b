"""Transfers between phones, blind and attended, and what Replaces may not do."""

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from naisen.phones.account import ServerAddress
from naisen.phones.phone import Phone as Baresip
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone
from tests.calls.sip_client.streams import TcpPhone, TlsPhone, WssPhone
from tests.calls.test_real_phones import device

# What a phone with keys for its media speaks, and the lines of its SDP that give them.
SPOKEN: dict[type[TcpPhone], tuple[str, str]] = {
    TlsPhone: (
        "RTP/SAVP",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n",
    ),
    WssPhone: (
        "UDP/TLS/RTP/SAVPF",
        f"a=fingerprint:sha-256 {':'.join(['A1'] * 32)}\r\na=setup:active\r\na=rtcp-mux\r\n",
    ),
}


@pytest.fixture
def phones(edge: EdgeServer) -> Iterator[tuple[Phone, Phone, Phone]]:
    """田中's, 鈴木's and 佐藤's phones, registered."""
    with contextlib.ExitStack() as stack:
        three = tuple(stack.enter_context(edge.phone(f"kmy0000{n}")) for n in (1, 2, 3))
        for phone in three:
            assert phone.register().status == 200
        yield three  # type: ignore[misc]


def connect(caller: Phone, number: str, callee: Phone, sdp: str = "") -> tuple[Call, Call]:
    """A call that is up, seen from both sides; `sdp` is the answer where the phone's usual one will not do."""
    call = caller.invite(number)
    ringing = callee.expect_call()
    ringing.reply(200, body=sdp or callee.sdp())
    assert call.expect_answer().status == 200
    ringing.expect_ack()
    return call, ringing


def refer(call: Call, other: Call, target: str) -> str:
    """REFER within a call; returns what the other phone was asked to call."""
    request = call.within("REFER", **{"Refer-To": target, "Referred-By": "<sip:110@kmy.cplus01.jp>"})
    call.phone.send(request)
    asked = other.phone.expect_request("REFER")
    other.reply(202, "Accepted", request=asked)
    call.phone.expect_status(202, method="REFER")
    assert not asked["Referred-By"]
    return asked["Refer-To"]


def replaces(of: Call, other: Call) -> str:
    """Replaces for the party `other` of a call, as `of`'s phone writes it (RFC 3891 3)."""
    assert of.answer is not None
    call_id, own, theirs = of.invite["Call-ID"], of.invite.tag("From"), of.answer.tag("To")
    del other
    return f"{call_id};to-tag={theirs};from-tag={own}"


def test_a_blind_transfer_makes_the_other_phone_call(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, suzuki, sato = phones
    call, ringing = connect(tanaka, "2000", suzuki)
    target = refer(call, ringing, "<sip:3000@kmy.cplus01.jp>")
    assert target == "<sip:3000@kmy.cplus01.jp>"
    on, arrived = connect(suzuki, "3000", sato)
    told = ringing.within(
        "NOTIFY", body="SIP/2.0 200 OK\r\n", **{"Event": "refer", "Content-Type": "message/sipfrag"}
    )
    suzuki.send(told)
    tanaka.expect_request("NOTIFY")
    assert call.hang_up(ringing).status == 200
    assert on.hang_up(arrived).status == 200
    (record,) = edge.records(on.invite["Call-ID"])
    assert (record["caller_number"], record["called_number"], record["result"]) == (
        "2000",
        "3000",
        "answered",
    )


def test_an_attended_transfer_joins_the_two_others(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    """田中 talks to 鈴木, asks 佐藤, and leaves the two alone: 佐藤's phone gets 鈴木's call for 田中's."""
    tanaka, suzuki, sato = phones
    first, first_ringing = connect(tanaka, "2000", suzuki)
    second, second_ringing = connect(tanaka, "3000", sato)
    refer(first, first_ringing, "<sip:kmy00003@127.0.0.1:9?Replaces=x>")
    joining = suzuki.invite(
        "kmy00003", Replaces=replaces(second, second_ringing), **{"Referred-By": "<sip:110@x>"}
    )
    arrived = sato.expect_call()
    assert arrived.invite["Replaces"] == replaces(second, second_ringing)
    assert not arrived.invite["Referred-By"]
    assert arrived.invite["From"].startswith('"鈴木" <sip:2000@kmy.cplus01.jp>')
    arrived.accept()
    assert joining.expect_answer().status == 200
    arrived.expect_ack()
    assert second_ringing.hang_up(second).status == 200
    assert first.hang_up(first_ringing).status == 200
    assert joining.hang_up(arrived).status == 200
    (record,) = edge.records(joining.invite["Call-ID"])
    assert (record["called_number"], record["answered_device_id"], record["result"]) == (
        "3000",
        3,
        "answered",
    )


@pytest.mark.parametrize("kind", SPOKEN)
def test_an_attended_transfer_reaches_a_phone_in_what_it_speaks(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone], kind: type[TcpPhone]
) -> None:
    """C-01, C-02: 佐藤's phone is on TLS (SDES) or a browser (DTLS), the two others have plain RTP."""
    tanaka, suzuki, sato = phones
    protocol, keys = SPOKEN[kind]
    with edge.stream_phone(kind, sato.login) as secured:
        assert secured.register().status == 200
        sdp = secured.sdp().replace("RTP/AVP", protocol) + keys
        first, first_ringing = connect(tanaka, "2000", suzuki)
        second, second_ringing = connect(tanaka, "3000", secured, sdp)
        joining = suzuki.invite("kmy00003", Replaces=replaces(second, second_ringing))
        arrived = secured.expect_call()
        assert arrived.invite["Replaces"] == replaces(second, second_ringing)
        assert f" {protocol} " in arrived.invite.body
        assert keys.split(":")[0] in arrived.invite.body
        arrived.reply(200, body=sdp)
        answer = joining.expect_answer()
        assert answer.status == 200
        assert " RTP/AVP " in answer.body
        assert keys.split(":")[0] not in answer.body
        arrived.expect_ack()
        assert second_ringing.hang_up(second).status == 200
        assert first.hang_up(first_ringing).status == 200
        assert arrived.hang_up(joining).status == 200
        (record,) = edge.records(joining.invite["Call-ID"])
        assert (record["answered_device_id"], record["hung_up_by"]) == (3, "callee")


def test_the_party_that_called_can_be_transferred_to_as_well(phones: tuple[Phone, Phone, Phone]) -> None:
    """佐藤 has called 田中; 田中 gives him to 鈴木: to-tag is the caller's now."""
    tanaka, suzuki, sato = phones
    call, ringing = connect(sato, "1000", tanaka)
    assert call.answer is not None
    own, theirs = call.answer.tag("To"), call.invite.tag("From")
    joining = suzuki.invite("3000", Replaces=f"{call.invite['Call-ID']};from-tag={own};to-tag={theirs}")
    arrived = sato.expect_call()
    assert arrived.invite["Replaces"]
    arrived.accept()
    assert joining.expect_answer().status == 200
    arrived.expect_ack()
    joining.hang_up(arrived)
    call.hang_up(ringing)


@pytest.mark.parametrize("value", ["nobody;to-tag=a;from-tag=b", "", "x", "{id};to-tag=wrong;from-tag=tags"])
def test_replaces_that_names_no_call_gets_481(phones: tuple[Phone, Phone, Phone], value: str) -> None:
    tanaka, suzuki, sato = phones
    call, ringing = connect(tanaka, "2000", suzuki)
    joining = sato.invite("2000", Replaces=value.format(id=call.invite["Call-ID"]) or ";")
    assert joining.expect_answer().status == 481
    assert suzuki.receive(0.1) is None
    call.hang_up(ringing)


def test_a_stranger_cannot_take_over_a_call(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    """Another tenant's device that has learnt everything about the call; and one without a password."""
    tanaka, suzuki, _ = phones
    call, ringing = connect(tanaka, "2000", suzuki)
    header = replaces(call, ringing)
    with edge.phone("minato00002") as stranger:
        assert stranger.register().status == 200
        assert stranger.invite("2000", Replaces=header).expect_answer().status == 481
    with edge.phone("kmy00003", password="wrong") as guesser:
        assert guesser.invite("2000", Replaces=header).expect_answer().status == 407
    assert suzuki.receive(0.1) is None
    call.hang_up(ringing)


def test_a_baresip_transfers_a_call_blind(edge: EdgeServer, tmp_path: Path) -> None:
    server = ServerAddress(*edge.address)
    with contextlib.ExitStack() as stack:
        tanaka, suzuki, sato = (
            stack.enter_context(
                Baresip(device(edge, f"kmy0000{n}").account, server, tmp_path / str(n), tone_hz=300 * n)
            )
            for n in (1, 2, 3)
        )
        for phone in (tanaka, suzuki, sato):
            phone.register()
            phone.wait_for("REGISTER_OK")
        tanaka.dial("2000")
        suzuki.wait_for("CALL_INCOMING")
        suzuki.answer()
        tanaka.wait_for("CALL_ESTABLISHED")
        suzuki.wait_for("CALL_ESTABLISHED")
        tanaka.transfer("3000")
        sato.wait_for("CALL_INCOMING")
        sato.answer()
        sato.wait_for("CALL_ESTABLISHED")
        time.sleep(1)
        sato.hang_up()
        suzuki.wait_for("CALL_CLOSED")
    rows = edge.test_records(2)
    assert [(row["caller_number"], row["called_number"], row["result"]) for row in rows] == [
        ("1000", "2000", "answered"),
        ("2000", "3000", "answered"),
    ]
    assert re.search(r"3000", rows[1]["called_number"])
