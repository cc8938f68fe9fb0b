"""Phones on TCP: calls reach them on the connection that they made, and a lost connection ends the binding."""

import socket
import uuid
from collections.abc import Iterator

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client.streams import TcpPhone
from tests.calls.waiting import wait_for


@pytest.fixture
def tcp_phone(edge: EdgeServer) -> Iterator[TcpPhone]:
    """鈴木's phone on TCP."""
    device = edge.devices["kmy00002"]
    with TcpPhone(edge.address, "kmy00002", device["password"], device["domain"]) as phone:
        yield phone


def test_a_call_from_udp_to_tcp_and_back(edge: EdgeServer, tcp_phone: TcpPhone) -> None:
    assert tcp_phone.register().status == 200
    assert edge.bindings("kmy00002")[0]["received"].endswith(";transport=tcp")
    with edge.phone("kmy00001") as udp_phone:
        assert udp_phone.register().status == 200
        for caller, callee, number in ((udp_phone, tcp_phone, "2000"), (tcp_phone, udp_phone, "1000")):
            call = caller.invite(number)
            ringing = callee.expect_call()
            ringing.accept()
            assert call.expect_answer().status == 200
            ringing.expect_ack()
            assert ringing.hang_up(call).status == 200
            assert edge.records(call.invite["Call-ID"])[0]["result"] == "answered"


def test_a_lost_connection_ends_the_registration_and_calls_are_refused_at_once(
    edge: EdgeServer, tcp_phone: TcpPhone
) -> None:
    assert tcp_phone.register().status == 200
    tcp_phone.socket.close()
    wait_for(lambda: edge.bindings("kmy00002") == [], 8)
    assert edge.events("kmy00002") == ["registered", "dropped"]
    with edge.phone("kmy00001") as caller:
        assert caller.invite("2000").expect_answer(1).status == 480


def test_no_connection_is_made_to_where_a_message_says(edge: EdgeServer) -> None:
    """A request that names a TCP host must not make us connect there."""
    with socket.create_server(("127.0.0.1", 0)) as outside, edge.phone("kmy00001") as phone:
        outside.settimeout(0.3)
        host, port = outside.getsockname()
        phone.send(
            phone.request(
                "OPTIONS",
                f"sip:{host}:{port};transport=tcp",
                headers={"Via": f"SIP/2.0/TCP {host}:{port};branch=z9hG4bK{uuid.uuid4().hex}"},
            )
        )
        with pytest.raises(TimeoutError):
            outside.accept()
