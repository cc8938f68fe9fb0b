"""Calls to outside (C-07, C-08, C-12): on which line, what the carrier sees, and how they end."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.calls.carrier import CODE, REALM, USER, Carrier, ha1
from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone
from tests.calls.sip_client.streams import TlsPhone
from tests.calls.test_calls import audio_port
from tests.calls.waiting import wait_for


@pytest.fixture
def carrier(edge: EdgeServer) -> Iterator[Carrier]:
    """A carrier that is known by its address."""
    with Carrier(edge) as one:
        yield one


@pytest.fixture
def tanaka(edge: EdgeServer) -> Iterator[Phone]:
    """田中's phone, registered."""
    with edge.phone("kmy00001") as phone:
        assert phone.register().status == 200
        yield phone


def record(edge: EdgeServer, call: Call) -> dict[str, Any]:
    """The call's one record."""
    (row,) = edge.records(call.invite["Call-ID"])
    return row


def test_a_call_goes_out_on_the_default_line_with_its_number(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    call = tanaka.invite("0312345678")
    outside = carrier.expect_call()
    there = f"{carrier.phone.address[0]}"
    assert outside.invite.first == f"INVITE sip:0312345678@{there} SIP/2.0"
    assert re.sub(";tag=.*", "", outside.invite["From"]) == f"<sip:0500000000@{there}>"
    assert outside.invite["To"] == f"<sip:0312345678@{there}>"
    assert outside.invite["P-Asserted-Identity"] == f"<sip:0500000000@{there}>"
    assert not outside.invite["Privacy"]
    outside.reply(183, "Session Progress", body=carrier.phone.sdp())
    early = tanaka.expect_status(183)
    assert edge.ports.low <= audio_port(early.body) <= edge.ports.high, (
        "the ringing tone comes through the relay"
    )
    outside.accept()
    assert call.expect_answer().status == 200
    outside.expect_ack()
    assert call.hang_up(outside).status == 200
    row = record(edge, call)
    assert (row["direction"], row["result"], row["hung_up_by"]) == ("outbound", "answered", "caller")
    assert (row["called_number"], row["shown_number"], row["country"]) == ("0312345678", "0500000000", "")
    assert row["trunk_id"] == carrier.trunk_id
    assert row["line_id"] == edge.sql("SELECT id FROM lines_line WHERE number = '0500000000'")[0]["id"]
    (leg,) = row["legs"]
    assert (leg["number"], leg["result"], leg["code"], leg["device_id"]) == (
        "0312345678",
        "answered",
        200,
        None,
    )


def test_nothing_of_ours_reaches_the_carrier(edge: EdgeServer, carrier: Carrier, tanaka: Phone) -> None:
    """Login, domain and address of the phone stand in no message that the carrier gets, whatever the phone sends."""
    claims = dict.fromkeys(("P-Asserted-Identity", "Diversion", "X-Phone"), "<sip:kmy00001@kmy.cplus01.jp>")
    call = tanaka.invite("0312345678", **claims, **{"User-Agent": "phone of kmy00001"})
    outside = carrier.expect_call()
    outside.accept()
    assert call.expect_answer().status == 200
    outside.expect_ack()
    again = call.within("INVITE", body=tanaka.sdp(), **claims)
    tanaka.send(again)
    hold = carrier.phone.expect_call()
    assert hold.invite["Via"]
    hold.reply(200, body=carrier.phone.sdp())
    accepted = tanaka.expect_status(200, method="INVITE")
    assert accepted.all("Via") == [
        again["Via"].replace(";rport", "") + f";received=127.0.0.1;rport={tanaka.address[1]}"
    ]
    tanaka.send(call.within("ACK", cseq=again["CSeq"].split()[0]))
    carrier.phone.expect_request("ACK")
    back = outside.within("INVITE", body=carrier.phone.sdp())
    carrier.phone.send(back)
    incoming = tanaka.expect_call()
    assert incoming.invite.first.split()[1] == f"sip:kmy00001@127.0.0.1:{tanaka.address[1]}"
    incoming.accept()
    carrier.phone.expect_status(200, method="INVITE")
    carrier.phone.send(outside.within("ACK", cseq=back["CSeq"].split()[0]))
    tanaka.expect_request("ACK")
    assert call.hang_up(outside).status == 200
    seen = "\n".join(str(message) for message in carrier.phone.seen)
    for inside in (
        "kmy00001",
        "kmy.cplus01",
        f":{tanaka.address[1]}",
        "X-Phone",
        "Diversion",
        "test phone",
        "田中",
    ):
        assert inside not in seen, inside


@pytest.mark.parametrize(
    ("dialled", "number_format", "sent", "shown"),
    [
        ("0312345678", "e164", "+81312345678", "+81500000000"),
        ("09012345678", "national", "09012345678", "0500000000"),
        ("0120123456", "national", "0120123456", "0500000000"),
        ("1860312345678", "national", "0312345678", "0500000000"),
        ("*90010312345678", "national", "0312345678", "0500000000"),
    ],
)
def test_numbers_as_the_carrier_wants_them(
    edge: EdgeServer, tanaka: Phone, dialled: str, number_format: str, sent: str, shown: str
) -> None:
    with Carrier(edge, number_format=number_format) as carrier:
        call = tanaka.invite(dialled)
        outside = carrier.expect_call()
        assert outside.invite.first.split()[1] == f"sip:{sent}@{carrier.phone.address[0]}"
        assert f"<sip:{shown}@" in outside.invite["P-Asserted-Identity"]
        outside.refuse(486, "Busy Here")
        assert call.expect_answer().status == 486


def test_184_hides_the_number_from_the_callee_but_not_from_the_carrier(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    call = tanaka.invite("1840312345678")
    outside = carrier.expect_call()
    assert outside.invite["From"].startswith('"Anonymous" <sip:anonymous@anonymous.invalid>;tag=')
    assert outside.invite["Privacy"] == "id"
    assert "<sip:0500000000@" in outside.invite["P-Asserted-Identity"]
    assert "0500000000" not in outside.invite["Contact"]
    assert outside.invite.first.startswith("INVITE sip:0312345678@")
    outside.refuse(404, "Not Found")
    assert call.expect_answer().status == 480


@pytest.mark.parametrize(("digits", "code"), [("0100", 404), ("0990123456", 403), ("00141234567890", 403)])
def test_numbers_that_no_line_carries(carrier: Carrier, tanaka: Phone, digits: str, code: int) -> None:
    assert tanaka.invite(digits).expect_answer().status == code
    assert carrier.phone.receive(0.2) is None


def test_abroad_is_closed_until_the_tenant_opens_a_country(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    refused = tanaka.invite("010442079460000")
    assert refused.expect_answer().status == 403
    assert record(edge, refused)["reason"] == "country_closed"
    assert carrier.phone.receive(0.2) is None
    edge.sql("""UPDATE tenants_tenant SET allowed_countries = '["GB"]' WHERE domain = 'kmy.cplus01.jp'""")
    call = tanaka.invite("010442079460000")
    outside = carrier.expect_call()
    assert outside.invite.first.startswith("INVITE sip:010442079460000@")
    outside.refuse(486)
    assert call.expect_answer().status == 486
    assert (record(edge, call)["country"], record(edge, call)["result"]) == ("GB", "busy")
    assert tanaka.invite("01012125550100").expect_answer().status == 403


def test_a_right_taken_away_holds_from_the_next_call(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    """C-09 for lines: 発信回線 without 田中."""
    taken = edge.sql(
        "DELETE FROM lines_linecaller WHERE person_id = 1 RETURNING tenant_id, line_id, person_id"
    )
    try:
        refused = tanaka.invite("0312345678")
        assert refused.expect_answer().status == 403
        assert record(edge, refused)["reason"] in ("line_not_allowed", "no_line")
        assert carrier.phone.receive(0.2) is None
    finally:
        for row in taken:
            edge.sql(
                "INSERT INTO lines_linecaller (tenant_id, line_id, person_id) VALUES (%s, %s, %s)",
                *row.values(),
            )


def test_a_carrier_that_is_deleted_is_dialled_no_more(edge: EdgeServer, tanaka: Phone) -> None:
    with Carrier(edge) as carrier:
        call = tanaka.invite("0312345678")
        carrier.expect_call().refuse(486)
        call.expect_answer()
    refused = tanaka.invite("0312345678")
    assert refused.expect_answer().status in (403, 480)


@pytest.mark.parametrize("number", ["110", "118", "119", "184110"])
def test_emergency_calls_pass_every_limit(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone, number: str
) -> None:
    """D-02: too many calls, a full line, no yen left, and no right for the line."""
    edge.sql("UPDATE tenants_tenant SET max_calls = 1, calls_per_minute = 1, yen_per_day = 0")
    edge.sql("UPDATE lines_line SET max_calls = 1")
    first = tanaka.invite("110")
    one = carrier.expect_call()
    call = tanaka.invite(number)
    outside = carrier.expect_call()
    assert outside.invite.first.startswith(f"INVITE sip:{number[-3:]}@")
    for side, far in ((call, outside), (first, one)):
        far.accept()
        assert side.expect_answer().status == 200
        far.expect_ack()
        side.hang_up(far)
    row = record(edge, call)
    assert (row["result"], row["called_number"], row["shown_number"]) == ("answered", number, "0500000000")


def test_a_stopped_persons_emergency_call_is_refused(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    edge.sql("UPDATE people_person SET stopped_at = now() WHERE id = 1")
    assert tanaka.invite("119").expect_answer().status == 403
    assert carrier.phone.receive(0.2) is None


def test_the_carriers_challenge_is_answered_and_the_call_goes_on_as_before(
    edge: EdgeServer, tanaka: Phone
) -> None:
    """The INVITE is sent twice: its CSeq grows for the carrier, and in every request within the dialog."""
    columns = {"realm": REALM, "auth_user": USER, "auth_ha1": ha1()}
    with Carrier(edge, **columns) as carrier:
        call = tanaka.invite("0312345678")
        outside = carrier.expect_invite_with_password()
        sent = int(outside.invite["CSeq"].split()[0])
        assert sent == int(call.invite["CSeq"].split()[0]) + 1
        outside.accept()
        answer = call.expect_answer()
        assert answer.status == 200
        assert answer["CSeq"] == call.invite["CSeq"]
        assert int(outside.expect_ack()["CSeq"].split()[0]) == sent
        bye = call.within("BYE")
        tanaka.send(bye)
        arrived = carrier.phone.expect_request("BYE")
        assert int(arrived["CSeq"].split()[0]) > sent
        outside.reply(200, request=arrived)
        assert tanaka.expect_status(200, method="BYE")["CSeq"] == bye["CSeq"]
        assert record(edge, call)["result"] == "answered"


def test_a_challenging_carrier_sees_no_more_of_a_phone_on_tls(edge: EdgeServer) -> None:
    """Such a phone's branches are dressed one by one: the one that answers the challenge as well."""
    with (
        Carrier(edge, realm=REALM, auth_user=USER, auth_ha1=ha1()) as carrier,
        edge.stream_phone(TlsPhone) as phone,
    ):
        assert phone.register().status == 200
        call = phone.invite("0312345678")
        outside = carrier.expect_invite_with_password()
        assert re.sub(";tag=.*", "", outside.invite["From"]) == f"<sip:0500000000@{carrier.phone.address[0]}>"
        assert outside.invite["P-Asserted-Identity"] == f"<sip:0500000000@{carrier.phone.address[0]}>"
        assert "kmy00001" not in str(outside.invite)
        outside.refuse(486, "Busy Here")
        assert call.expect_answer().status == 486


def test_a_carrier_that_asks_again_is_not_answered_twice(edge: EdgeServer, tanaka: Phone) -> None:
    with Carrier(edge, realm=REALM, auth_user=USER, auth_ha1=ha1()) as carrier:
        call = tanaka.invite("0312345678")
        second = carrier.expect_invite_with_password()
        second.refuse(
            407, "Proxy Authentication Required", {"Proxy-Authenticate": f'Digest realm="{REALM}", nonce="n"'}
        )
        assert call.expect_answer().status == 480
        assert carrier.phone.receive(0.2) is None


def test_the_caller_hangs_up_while_it_rings_outside(
    edge: EdgeServer, carrier: Carrier, tanaka: Phone
) -> None:
    call = tanaka.invite("0312345678")
    outside = carrier.expect_call()
    outside.ring()
    tanaka.expect_status(180)
    assert call.cancel().status == 200
    outside.expect_cancel()
    assert call.expect_answer().status == 487
    assert record(edge, call)["result"] == "cancelled"


def test_the_carrier_hangs_up(edge: EdgeServer, carrier: Carrier, tanaka: Phone) -> None:
    call = tanaka.invite("0312345678")
    outside = carrier.expect_call()
    outside.accept()
    call.expect_answer()
    outside.expect_ack()
    assert outside.hang_up(call).status == 200
    assert record(edge, call)["hung_up_by"] == "callee"


def test_a_carrier_is_asked_for_no_transfer(carrier: Carrier, tanaka: Phone) -> None:
    call = tanaka.invite("0312345678")
    outside = carrier.expect_call()
    outside.accept()
    call.expect_answer()
    outside.expect_ack()
    for side in (call, outside):
        refer = side.within("REFER", **{"Refer-To": "<sip:0990123456@x>"})
        side.phone.send(refer)
        assert side.phone.expect_status(403, method="REFER").status == 403
    assert call.hang_up(outside).status == 200


def test_a_registering_carrier_learns_where_we_are(edge: EdgeServer) -> None:
    columns = {"kind": "registering", "realm": REALM, "auth_user": USER, "auth_ha1": ha1()}
    with Carrier(edge, **columns) as carrier:
        registered = carrier.accept_registration()
        us = "{}:{}".format(*edge.address)
        assert registered["Contact"] == f"<sip:{CODE}@{us}>"
        assert f"sip:{USER}@{carrier.phone.address[0]}" in registered["To"]
        state = "SELECT is_registered FROM lines_trunk_registration WHERE trunk_id = %s"
        wait_for(lambda: edge.sql(state, carrier.trunk_id) == [{"is_registered": True}], 5)
    wait_for(lambda: edge.rpc("uac.reg_info", "l_uuid", CODE).get("code") == 404, 8)  # gone with its trunk
