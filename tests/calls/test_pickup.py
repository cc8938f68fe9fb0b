"""Pickup of a ringing call, of a department and of one extension (C-05)."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.calls.carrier import NUMBER, Carrier
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone
from tests.calls.sip_client.streams import TcpPhone, TlsPhone, WssPhone


@pytest.fixture
def phones(edge: EdgeServer) -> Iterator[tuple[Phone, Phone, Phone]]:
    """田中's, 鈴木's and 佐藤's phones, registered; 佐藤 may pick up 営業部's calls, 田中 may not."""
    department = edge.sql("SELECT id, tenant_id FROM departments_department WHERE name = '営業部'")[0]
    before = edge.sql("SELECT tenant_id, person_id, department_id FROM departments_pickupright")
    edge.sql("DELETE FROM departments_pickupright")
    insert = "INSERT INTO departments_pickupright (tenant_id, person_id, department_id) VALUES (%s, %s, %s)"
    edge.sql(insert, department["tenant_id"], 3, department["id"])
    with contextlib.ExitStack() as stack:
        three = tuple(stack.enter_context(edge.phone(f"kmy0000{n}")) for n in (1, 2, 3))
        for phone in three:
            assert phone.register().status == 200
        yield three  # type: ignore[misc]
    edge.sql("DELETE FROM departments_pickupright")
    for row in before:
        edge.sql(insert, *row.values())


def picked(picker: Phone, code: str) -> Call:
    """Dial the code; the phone's own call ends, and the one that it picks up comes and asks to be answered."""
    asking = picker.invite(code)
    assert asking.expect_answer().status == 487
    incoming = picker.expect_call()
    assert "answer-after=0" in incoming.invite["Call-Info"]
    assert incoming.invite["Alert-Info"]
    assert incoming.invite["Answer-Mode"] == "Auto"
    return incoming


def test_a_departments_call_is_picked_up(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    call = tanaka.invite("100")
    ringing = suzuki.expect_call()
    ringing.ring()
    assert not ringing.invite["Call-Info"]
    tanaka.expect_status(180)
    incoming = picked(sato, "*8")
    assert incoming.invite["From"].startswith('"田中" <sip:1000@kmy.cplus01.jp>')
    incoming.accept()
    assert call.expect_answer().status == 200
    incoming.expect_ack()
    ringing.expect_cancel()
    assert call.hang_up(incoming).status == 200
    (row,) = edge.records(call.invite["Call-ID"])
    assert (row["result"], row["answered_device_id"], row["called_person_id"]) == ("answered", 3, 3)
    assert sorted((leg["device_id"], leg["result"]) for leg in row["legs"]) == [(2, "lost"), (3, "answered")]


def test_only_departments_that_one_may_pick_up(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    tanaka, suzuki, sato = phones
    call = sato.invite("100")
    for phone in (tanaka, suzuki):
        phone.expect_call().ring()
    refused = suzuki.invite("*8")
    assert refused.expect_answer().status in (403, 480)
    call.cancel()


def test_nothing_rings(edge: EdgeServer, phones: tuple[Phone, Phone, Phone]) -> None:
    _, _, sato = phones
    for code in ("*8", "**2000"):
        call = sato.invite(code)
        assert call.expect_answer().status == 480
        assert edge.records(call.invite["Call-ID"])[0]["reason"] == "nothing_to_pick_up"


def test_a_given_extensions_call_is_picked_up_by_anybody_of_the_tenant(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, suzuki, sato = phones
    call = tanaka.invite("2000")
    ringing = suzuki.expect_call()
    ringing.ring()
    with edge.phone("minato00001") as stranger:
        assert stranger.register().status == 200
        assert stranger.invite("**2000").expect_answer().status in (404, 480)
    incoming = picked(sato, "**2000")
    incoming.accept()
    assert call.expect_answer().status == 200
    incoming.expect_ack()
    ringing.expect_cancel()
    assert incoming.hang_up(call).status == 200


def test_a_picker_that_does_not_answer_leaves_the_call_where_it_rings(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    tanaka, suzuki, sato = phones
    call = tanaka.invite("2000")
    ringing = suzuki.expect_call()
    ringing.ring()
    picked(sato, "**2000").refuse(486, "Busy Here")
    ringing.accept()
    assert call.expect_answer().status == 200
    ringing.expect_ack()
    call.hang_up(ringing)
    assert edge.records(call.invite["Call-ID"])[0]["answered_device_id"] == 2


def test_a_call_from_outside_that_may_go_on_is_picked_up_with_its_number(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone]
) -> None:
    """Its branches say for themselves who calls, since the next stage would show something else."""
    _tanaka, suzuki, sato = phones
    with Carrier(edge) as carrier:
        department = edge.sql("SELECT id FROM departments_department WHERE name = '営業部'")[0]["id"]
        edge.sql("DELETE FROM lines_linerecipient WHERE person_id <> 2")
        edge.sql(
            "UPDATE lines_line SET no_answer = 'department', no_answer_department_id = %s WHERE number = %s",
            department,
            NUMBER,
        )
        try:
            call = carrier.call(NUMBER)
            ringing = suzuki.expect_call()
            ringing.ring()
            incoming = picked(sato, "**2000")
            assert incoming.invite["From"].startswith("<sip:0312345678@kmy.cplus01.jp>")
            assert incoming.invite.all("P-Asserted-Identity") == [" <sip:0312345678@kmy.cplus01.jp>".strip()]
            assert incoming.invite.body.count("m=audio") == 1
            incoming.accept()
            assert call.expect_answer().status == 200
            incoming.expect_ack()
            ringing.expect_cancel()
            assert incoming.hang_up(call).status == 200
        finally:
            edge.sql(
                "INSERT INTO lines_linerecipient (tenant_id, line_id, person_id) SELECT l.tenant_id, l.id, p.id"
                " FROM lines_line l JOIN people_person p ON p.tenant_id = l.tenant_id ON CONFLICT DO NOTHING"
            )


OFFERED: dict[type[TcpPhone], tuple[str, str]] = {
    TlsPhone: ("RTP/SAVP ", "a=crypto:1 AES_CM_128_HMAC_SHA1_80"),
    WssPhone: ("UDP/TLS/RTP/SAVPF ", "a=fingerprint:"),
}


@pytest.mark.parametrize("kind", OFFERED)
@pytest.mark.parametrize("code", ["*8", "**2000"])
def test_who_picks_up_is_offered_what_its_phone_speaks(
    edge: EdgeServer, phones: tuple[Phone, Phone, Phone], kind: type[TcpPhone], code: str
) -> None:
    """C-01: a call between phones with plain RTP, picked up on TLS (SDES) or in a browser (DTLS)."""
    tanaka, suzuki, sato = phones
    with edge.stream_phone(kind, sato.login) as secured:
        assert secured.register().status == 200
        call = tanaka.invite("100" if code == "*8" else "2000")
        ringing = suzuki.expect_call()
        ringing.ring()
        assert "RTP/AVP " in ringing.invite.body
        assert "crypto" not in ringing.invite.body
        incoming = picked(secured, code)
        assert incoming.invite["From"].startswith('"田中" <sip:1000@kmy.cplus01.jp>')
        protocol, key = OFFERED[kind]
        assert f" {protocol}" in incoming.invite.body
        assert key in incoming.invite.body
        assert len(incoming.invite.all("Record-Route")) == 2
        incoming.refuse(486, "Busy Here")
        ringing.accept()
        answer = call.expect_answer()
        assert answer.status == 200
        assert "RTP/AVP " in answer.body
        ringing.expect_ack()
        assert call.hang_up(ringing).status == 200
