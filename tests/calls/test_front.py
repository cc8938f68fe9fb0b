"""Phones on TCP, TLS and WSS (C-01): registered, refused with the reason, called, calling, each as what it is."""

import http.client
import re

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Message, Phone
from tests.calls.sip_client.streams import TcpPhone, TlsPhone, WssPhone, blind_context
from tests.calls.waiting import wait_for

KINDS: dict[str, type[TcpPhone]] = {"tcp": TcpPhone, "tls": TlsPhone, "wss": WssPhone}
TRANSPORTS = ("udp", *KINDS)
HOST = "127.0.0.9"


def phone_on(edge: EdgeServer, transport: str, login: str, **changes: str) -> Phone:
    if transport == "udp":
        return edge.phone(login, **changes)
    return edge.stream_phone(KINDS[transport], login, **changes)


def transport_shown(edge: EdgeServer, login: str) -> dict[str, str]:
    (row,) = edge.sql(
        "SELECT b.transport, substring(b.received FROM 'sip:([0-9.]+)') AS address"
        " FROM registrations_binding b JOIN devices_device d ON d.id = b.device_id WHERE d.login = %s",
        login,
    )
    return row


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_registration_shows_its_transport_and_the_real_address(edge: EdgeServer, transport: str) -> None:
    with phone_on(edge, transport, "kmy00001", host=HOST) as phone:
        assert phone.register().status == 200
        assert transport_shown(edge, "kmy00001") == {"transport": transport, "address": HOST}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_password_is_refused_and_noted_with_the_real_address(
    edge: EdgeServer, transport: str
) -> None:
    with phone_on(edge, transport, "kmy00001", password="wrong", host=HOST) as phone:
        assert phone.register().status == 401
    (failure,) = edge.sql("SELECT reason, address FROM registrations_failure")
    assert failure == {"reason": "wrong_password", "address": HOST}


@pytest.mark.parametrize("callee", TRANSPORTS)
@pytest.mark.parametrize("caller", TRANSPORTS)
def test_a_call_between_any_two_transports(edge: EdgeServer, caller: str, callee: str) -> None:
    with phone_on(edge, caller, "kmy00001") as one, phone_on(edge, callee, "kmy00002") as two:
        assert (one.register().status, two.register().status) == (200, 200)
        call = one.invite("2000", body="")
        ringing = two.expect_call()
        assert_names_us(edge, ringing.invite, callee)
        ringing.reply(200)
        answer = call.expect_answer()
        assert answer.status == 200
        assert answer.all("Record-Route")
        ringing.expect_ack()
        assert ringing.hang_up(call).status == 200
        assert edge.records(call.invite["Call-ID"])[0]["result"] == "answered"


@pytest.mark.parametrize("caller", TRANSPORTS)
@pytest.mark.parametrize("forward", ["", "3000"])
def test_the_second_of_two_phones_keeps_us_in_its_calls_path(
    edge: EdgeServer, caller: str, forward: str
) -> None:
    """C-02; also where the branches differ from each other, or another stage may follow."""
    edge.sql("UPDATE people_person SET forward_no_answer = %s WHERE number_id = 2", forward)
    edge.sql("UPDATE devices_device SET person_id = 2 WHERE login = 'kmy00003'")
    try:
        with (
            phone_on(edge, caller, "kmy00001") as one,
            edge.phone("kmy00002") as first,
            edge.stream_phone(TlsPhone, "kmy00003") as second,
        ):
            assert {phone.register().status for phone in (one, first, second)} == {200}
            call = one.invite("2000", body="")
            ringing = second.expect_call()
            for invite, transport in ((first.expect_call().invite, "udp"), (ringing.invite, "tls")):
                assert_names_us(edge, invite, transport)
            ringing.reply(200)
            assert call.expect_answer().status == 200
            ringing.expect_ack()
            bye = ringing.within("BYE")
            second.send(bye)
            arrived = call.expect_bye()
            assert re.findall("sip:[^>;]+", arrived["To"]) == re.findall("sip:[^>;]+", call.invite["From"])
            assert edge.records(call.invite["Call-ID"])[0]["hung_up_by"] == "callee"
    finally:
        edge.sql("UPDATE people_person SET forward_no_answer = ''")
        edge.sql("UPDATE devices_device SET person_id = 3 WHERE login = 'kmy00003'")


def assert_names_us(edge: EdgeServer, invite: Message, transport: str) -> None:
    """The first Record-Route (RFC 3261 12.1.1) leads the callee back to where it is connected."""
    front = edge.front
    address = {"udp": front.sip, "tcp": front.sip, "tls": front.sip_tls, "wss": front.https}[transport]
    found = re.match(r"<sip:([^;>]+)(?:;transport=(\w+))?", invite.all("Record-Route")[0])
    assert found is not None
    assert (found[1], found[2] or "udp") == (str(address), "ws" if transport == "wss" else transport)
    assert str(address) in invite.all("Via")[0]


@pytest.mark.parametrize("transport", sorted(KINDS))
def test_a_guesser_is_banned_by_its_own_address_and_nobody_else(edge: EdgeServer, transport: str) -> None:
    with phone_on(edge, transport, "kmy00001", password="wrong", host=HOST) as guesser:
        for _ in range(20):
            assert guesser.register().status == 401
    assert edge.rpc("htable.get", "guesses_by_source", HOST)["item"]["value"] >= 20
    with phone_on(edge, transport, "kmy00002", host="127.0.0.10") as phone:
        assert phone.register().status == 200


@pytest.mark.parametrize("path", ["/sip", "/sip?x=1"])
def test_what_is_no_web_socket_is_refused(edge: EdgeServer, path: str) -> None:
    front = edge.front.https
    connection = http.client.HTTPSConnection(front.host, front.port, timeout=3, context=blind_context())
    connection.request("GET", path)
    assert connection.getresponse().status == 426


def test_a_lost_connection_ends_each_registration(edge: EdgeServer) -> None:
    for transport in KINDS:
        with phone_on(edge, transport, "kmy00001") as phone:
            assert phone.register().status == 200
        wait_for(lambda: edge.bindings("kmy00001") == [], 8)
