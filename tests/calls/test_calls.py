"""Calls from extension to extension, phone to phone (C-02, C-03, D-03), and the one record of each (C-13)."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Phone
from tests.calls.waiting import wait_for


class Office:
    """田中's, 鈴木's and 佐藤's phones, registered."""

    def __init__(self, edge: EdgeServer, tanaka: Phone, suzuki: Phone, sato: Phone) -> None:
        self.edge, self.tanaka, self.suzuki, self.sato = edge, tanaka, suzuki, sato

    def record(self, call_id: str) -> dict[str, Any]:
        """The call's one and only record."""
        rows = self.edge.records(call_id)
        assert len(rows) == 1
        return rows[0]


@pytest.fixture
def office(edge: EdgeServer) -> Iterator[Office]:
    """Three people at work."""
    with contextlib.ExitStack() as stack:
        phones = [stack.enter_context(edge.phone(f"kmy0000{n}")) for n in (1, 2, 3)]
        for phone in phones:
            assert phone.register().status == 200
        yield Office(edge, *phones)


def test_a_call_is_answered_and_hung_up_and_leaves_one_record(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    ringing.ring()
    office.tanaka.expect_status(180)
    ringing.accept()
    assert call.expect_answer().status == 200
    ringing.expect_ack()
    assert call.hang_up(ringing).status == 200
    record = office.record(call.invite["Call-ID"])
    assert (record["result"], record["sip_code"], record["hung_up_by"]) == ("answered", 200, "caller")
    assert (record["caller_number"], record["caller_name"]) == ("1000", "田中")
    assert (record["caller_device_id"], record["answered_device_id"]) == (1, 2)
    assert (record["called_number"], record["called_person_id"]) == ("2000", 2)
    assert record["started_at"] < record["answered_at"] < record["ended_at"]
    assert record["duration_ms"] == (record["ended_at"] - record["answered_at"]) / timedelta(milliseconds=1)
    assert record["decision"]["stages"][0]["action"] == "ring"


def test_the_callee_hangs_up(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    ringing.accept()
    call.expect_answer()
    ringing.expect_ack()
    assert ringing.hang_up(call).status == 200
    assert office.record(call.invite["Call-ID"])["hung_up_by"] == "callee"


def test_the_callee_sees_name_and_extension_and_nothing_that_the_caller_claims(office: Office) -> None:
    claims = {
        "P-Asserted-Identity": "<sip:110@kmy.cplus01.jp>",
        "Remote-Party-ID": "<sip:110@kmy.cplus01.jp>",
        "Diversion": "<sip:110@kmy.cplus01.jp>",
        "History-Info": "<sip:110@kmy.cplus01.jp>;index=1",
        "X-Caller": "110",
        "Alert-Info": "info=alert-autoanswer",
        "Call-Info": "<sip:x>;answer-after=0",
    }
    call = office.tanaka.invite("2000", **claims)
    invite = office.suzuki.expect_call().invite
    assert invite["From"].startswith('"田中" <sip:1000@kmy.cplus01.jp>')
    assert invite.all("P-Asserted-Identity") == ['"田中" <sip:1000@kmy.cplus01.jp>']
    assert not any(invite[name] for name in claims if name != "P-Asserted-Identity")
    assert not invite["Proxy-Authorization"]
    assert "110" not in {value for _, value in invite.headers}
    call.cancel()


def test_the_caller_sees_its_own_from_in_every_answer(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    ringing.reply(180, "Ringing", headers={"P-Asserted-Identity": "<sip:kmy00002@x>", "X-Secret": "1"})
    answer = office.tanaka.expect_status(180)
    assert "sip:kmy00001@kmy.cplus01.jp" in answer["From"]
    assert not answer["P-Asserted-Identity"]
    assert not answer["X-Secret"]
    call.cancel()


def test_a_route_that_names_us_first_is_taken_off_and_so_is_the_rest(office: Office) -> None:
    """Asterisk and linphone send one; whoever names others behind us gains nothing by it."""
    us = "{}:{}".format(*office.edge.address)
    with office.edge.phone("kmy00005") as outside:
        there = "{}:{}".format(*outside.address)
        call = office.tanaka.invite("2000", Route=f"<sip:{us};lr>, <sip:{there};lr>")
        assert not office.suzuki.expect_call().invite["Route"]
        assert outside.receive(0.1) is None
    call.cancel()


def test_audio_goes_through_the_relay_both_ways(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    low, high = office.edge.ports.low, office.edge.ports.high
    assert low <= audio_port(ringing.invite.body) <= high
    ringing.accept()
    assert low <= audio_port(call.expect_answer().body) <= high
    ringing.expect_ack()
    call.hang_up(ringing)


def test_a_cancelled_call_stops_ringing(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    ringing.ring()
    office.tanaka.expect_status(180)
    assert call.cancel().status == 200
    ringing.expect_cancel()
    assert call.expect_answer().status == 487
    record = office.record(call.invite["Call-ID"])
    assert (record["result"], record["sip_code"], record["hung_up_by"]) == ("cancelled", 487, "caller")
    assert record["answered_at"] is None


@pytest.mark.parametrize(
    ("sent", "heard", "result"),
    [
        (486, 486, "busy"),
        (600, 486, "busy"),
        (603, 603, "declined"),
        (404, 480, "unavailable"),
        (302, 480, "unavailable"),
        (503, 480, "unavailable"),
        (407, 480, "unavailable"),
        (488, 488, "failed"),
    ],
)
def test_what_the_phone_answers_becomes_what_the_caller_hears(
    office: Office, sent: int, heard: int, result: str
) -> None:
    call = office.tanaka.invite("2000")
    office.suzuki.expect_call().refuse(sent)
    assert call.expect_answer().status == heard
    record = office.record(call.invite["Call-ID"])
    assert (record["result"], record["sip_code"]) == (result, heard)


def test_nobody_answers(office: Office) -> None:
    office.edge.sql("UPDATE people_person SET ring_timeout_s = 1 WHERE name = '鈴木'")
    try:
        call = office.tanaka.invite("2000")
        ringing = office.suzuki.expect_call()
        ringing.ring()
        ringing.expect_cancel(timeout_s=3)
        assert call.expect_answer().status == 480
    finally:
        office.edge.sql("UPDATE people_person SET ring_timeout_s = 60")
    record = office.record(call.invite["Call-ID"])
    assert (record["result"], record["sip_code"], record["hung_up_by"]) == ("no_answer", 480, "system")
    assert 0.9 < (record["ended_at"] - record["started_at"]).total_seconds() < 2.5


@pytest.mark.parametrize(
    ("number", "code", "result", "reason"),
    [
        ("9999", 404, "unknown_number", "unknown_number"),
        ("kmy00002", 404, "unknown_number", "unknown_number"),
        ("%23%2A", 404, "unknown_number", "unknown_number"),
        ("1000", 480, "unavailable", "only_own_device"),
    ],
)
def test_numbers_that_cannot_be_called(
    office: Office, number: str, code: int, result: str, reason: str
) -> None:
    call = office.tanaka.invite(number)
    assert call.expect_answer().status == code
    record = office.record(call.invite["Call-ID"])
    assert (record["result"], record["sip_code"], record["reason"]) == (result, code, reason)


def test_a_callee_without_a_registered_phone_is_480_at_once(office: Office) -> None:
    assert office.suzuki.register(expires=0).status == 200
    call = office.tanaka.invite("2000")
    assert call.expect_answer(timeout_s=1).status == 480
    assert office.record(call.invite["Call-ID"])["reason"] == "not_registered"


def test_a_stopped_person_neither_calls_nor_is_called_from_that_second(office: Office) -> None:
    office.edge.sql("UPDATE people_person SET stopped_at = now() WHERE name = '鈴木'")
    to_her, from_her = office.tanaka.invite("2000"), office.suzuki.invite("1000")
    assert to_her.expect_answer(timeout_s=1).status == 480
    assert from_her.expect_answer(timeout_s=1).status == 403
    assert office.record(to_her.invite["Call-ID"])["reason"] == "callee_stopped"
    record = office.record(from_her.invite["Call-ID"])
    assert (record["result"], record["reason"]) == ("forbidden", "stopped")


def test_an_extension_of_another_tenant_is_unknown(office: Office) -> None:
    with office.edge.phone("minato00002") as stranger:
        assert stranger.register().status == 200
        assert stranger.invite("2000").expect_answer().status == 404
        mine = office.tanaka.invite_request("1001")
        mine.first = mine.first.replace("kmy.cplus01.jp", "minato.cplus01.jp")
        assert office.tanaka.ask_with_credentials(mine).status == 404


def test_a_department_rings_all_members_and_the_first_to_answer_has_the_call(office: Office) -> None:
    """C-03: 営業部 (100) is 田中 and 鈴木; 佐藤 calls."""
    call = office.sato.invite("100")
    first, second = office.tanaka.expect_call(), office.suzuki.expect_call()
    for ringing in (first, second):
        ringing.ring()
        office.sato.expect_status(180)
    second.accept()
    first.expect_cancel()
    assert call.expect_answer().status == 200
    second.expect_ack()
    call.hang_up(second)
    record = office.record(call.invite["Call-ID"])
    assert (record["answered_device_id"], record["called_person_id"]) == (2, 2)
    assert record["decision"]["stages"][0]["called_kind"] == "department"


def test_one_member_who_declines_does_not_end_a_departments_call(office: Office) -> None:
    call = office.sato.invite("100")
    first, second = office.tanaka.expect_call(), office.suzuki.expect_call()
    first.refuse(603, "Decline")
    second.accept()
    assert call.expect_answer().status == 200
    second.expect_ack()
    call.hang_up(second)


def test_all_phones_of_a_person_ring_and_one_decline_ends_it(office: Office) -> None:
    office.edge.sql("UPDATE devices_device SET person_id = 2 WHERE login = 'kmy00005'")
    try:
        with office.edge.phone("kmy00005") as mobile:
            assert mobile.register().status == 200
            call = office.tanaka.invite("2000")
            desk, other = office.suzuki.expect_call(), mobile.expect_call()
            desk.ring()
            other.refuse(603, "Decline")
            desk.expect_cancel()
            assert call.expect_answer().status == 603
            busy = office.tanaka.invite("2000")
            office.suzuki.expect_call().refuse(486, "Busy Here")
            mobile.expect_call().refuse(486, "Busy Here")
            assert busy.expect_answer().status == 486
    finally:
        office.edge.sql("UPDATE devices_device SET person_id = NULL WHERE login = 'kmy00005'")


def test_the_record_says_which_device_answered_although_another_is_not_there(office: Office) -> None:
    assert office.tanaka.register(expires=0).status == 200
    call = office.sato.invite("100")
    ringing = office.suzuki.expect_call()
    ringing.accept()
    call.expect_answer()
    ringing.expect_ack()
    call.hang_up(ringing)
    assert office.record(call.invite["Call-ID"])["answered_device_id"] == 2


def test_a_re_invite_goes_through_the_relay_and_to_the_other_phone(office: Office) -> None:
    call = office.tanaka.invite("2000")
    ringing = office.suzuki.expect_call()
    ringing.accept()
    call.expect_answer()
    ringing.expect_ack()
    hold = ringing.within("INVITE", body=office.suzuki.sdp().replace("sendrecv", "sendonly"))
    office.suzuki.send(hold)
    incoming = office.tanaka.expect_call()
    assert "a=sendonly" in incoming.invite.body
    assert office.edge.ports.low <= audio_port(incoming.invite.body) <= office.edge.ports.high
    incoming.reply(200, body=office.tanaka.sdp().replace("sendrecv", "recvonly"))
    answer = office.suzuki.expect_status(200, method="INVITE")
    assert office.edge.ports.low <= audio_port(answer.body) <= office.edge.ports.high
    call.hang_up(ringing)


def test_without_the_media_relay_a_call_is_refused_and_it_heals_by_itself(office: Office) -> None:
    office.edge.lift_limits()  # it is tried more often than a tenant may call in a minute
    office.edge.stop_rtpengine()
    try:
        call = office.tanaka.invite("2000")
        answer = call.expect_answer()
        assert (answer.status, answer["Retry-After"]) == (503, "5")
        assert office.record(call.invite["Call-ID"])["reason"] == "no_media_relay"
    finally:
        office.edge.start_rtpengine()
    wait_for(lambda: answered(office), 6)


def answered(office: Office) -> bool:
    """Whether a call rings; it is cancelled then."""
    call = office.tanaka.invite("2000")
    if office.tanaka.expect(lambda message: message.status >= 100).status == 503:
        return False
    with contextlib.suppress(AssertionError):
        office.suzuki.expect_call(timeout_s=1).ring()
        call.cancel()
        return True
    return False


def audio_port(body: str) -> int:
    """The port of the audio line."""
    return int(body.partition("m=audio ")[2].split()[0])


VIDEO = "m=video {port} RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=sendrecv\r\n"


def test_a_call_with_video_passes_sound_and_picture(office: Office) -> None:
    """C-11: both media lines go through the relay, each to a port of its own, and packets of each arrive."""
    with contextlib.ExitStack() as stack:
        media = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(4)]
        for one in media:
            one.bind(("127.0.0.1", 0))
            one.settimeout(2)
        ports = [one.getsockname()[1] for one in media]
        offer = office.tanaka.sdp(ports[0]) + VIDEO.format(port=ports[1])
        call = office.tanaka.invite("2000", body=offer)
        ringing = office.suzuki.expect_call()
        ringing.reply(200, body=office.suzuki.sdp(ports[2]) + VIDEO.format(port=ports[3]))
        answer = call.expect_answer()
        ringing.expect_ack()
        relayed = [(audio_port(body), video_port(body)) for body in (answer.body, ringing.invite.body)]
        assert len({port for pair in relayed for port in pair}) == 4
        for sender, to, payload in ((0, relayed[0][0], 0), (1, relayed[0][1], 96)):
            media[sender].sendto(rtp(payload), ("127.0.0.1", to))
            assert media[sender + 2].recv(2000)[1] & 0x7F == payload
        for sender, to, payload in ((2, relayed[1][0], 0), (3, relayed[1][1], 96)):
            media[sender].sendto(rtp(payload), ("127.0.0.1", to))
            assert media[sender - 2].recv(2000)[1] & 0x7F == payload
        call.hang_up(ringing)


def video_port(body: str) -> int:
    """The port of the video line."""
    return int(body.partition("m=video ")[2].split()[0])


def rtp(payload: int) -> bytes:
    """One RTP packet of that payload type (RFC 3550 5.1)."""
    return struct.pack("!BBHII", 0x80, payload, 1, 160, 7) + bytes(160)
