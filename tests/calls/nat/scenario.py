"""Phones behind a NAT (C-01): run as a program in a network namespace of its own (test_nat.py starts it)."""

import contextlib
import socket
import sys
import time
from collections.abc import Iterator

from tests.calls.edge_server import EdgeServer
from tests.calls.nat.network import BINDING_S, OFFICE, ROUTER, WORLD, Namespace, office_behind_nat
from tests.calls.sip_client import Call, Phone
from tests.calls.sip_client.streams import TcpPhone, TlsPhone, WssPhone

PACKET = b"\x80\x00" + bytes(10) + b"\xff" * 160
"""20 ms of PCMU silence; its number and time stay the same, which the relay does not mind."""
PING_S = 1


def main() -> None:
    """Everything in turn; an AssertionError where something is not so."""
    with office_behind_nat() as office, running_edge() as edge:
        is_registered_with_the_routers_address(edge, office)
        calls_both_ways_with_sound(edge, office)
        stays_reachable_while_nothing_is_said(edge, office)
        for kind in (TcpPhone, TlsPhone, WssPhone):
            is_called_on_its_own_connection(edge, office, kind)
    sys.stdout.write(
        "behind NAT: registered, called, calling, sound both ways, reachable after silence, TCP, TLS, WSS\n"
    )


@contextlib.contextmanager
def running_edge() -> Iterator[EdgeServer]:
    """An edge in the world, which pings phones behind NAT every second."""
    edge = EdgeServer(WORLD)
    try:
        edge.start(nat_ping_s=PING_S)
        yield edge
    finally:
        edge.stop()


def inside_phone(edge: EdgeServer, office: Namespace) -> Phone:
    with office.entered():
        return edge.phone("kmy00001", host=OFFICE)


def is_registered_with_the_routers_address(edge: EdgeServer, office: Namespace) -> None:
    with inside_phone(edge, office) as phone:
        assert phone.register().status == 200
        (row,) = edge.bindings("kmy00001")
        assert OFFICE in row["contact"]
        assert row["received"].startswith(f"sip:{ROUTER}:")


def calls_both_ways_with_sound(edge: EdgeServer, office: Namespace) -> None:
    with inside_phone(edge, office) as inside, edge.phone("kmy00002", host=WORLD) as outside:
        assert (inside.register().status, outside.register().status) == (200, 200)
        for caller, callee, number in ((outside, inside, "1000"), (inside, outside, "2000")):
            with (
                ear(office if caller is inside else None) as mouth,
                ear(office if callee is inside else None) as far,
            ):
                call = caller.invite(number, body=caller.sdp(mouth.getsockname()[1]))
                ringing = callee.expect_call()
                ringing.accept(far.getsockname()[1])
                answer = call.expect_answer()
                assert answer.status == 200
                ringing.expect_ack()
                assert OFFICE not in answer.body + ringing.invite.body
                hear_each_other(mouth, answer.body, far, ringing.invite.body)
                hang_up(call, ringing)


def ear(office: Namespace | None) -> socket.socket:
    """A UDP socket for sound, in the office or in the world."""
    with office.entered() if office else contextlib.nullcontext():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((OFFICE if office else WORLD, 0))
    made.settimeout(0.05)
    return made


def hear_each_other(one: socket.socket, its_sdp: str, other: socket.socket, others_sdp: str) -> None:
    """Send 50 packets each way; most of them must arrive (the first ones teach the relay where from)."""
    heard = {one: 0, other: 0}
    for _ in range(50):
        one.sendto(PACKET, relay_of(its_sdp))
        other.sendto(PACKET, relay_of(others_sdp))
        for listener in heard:
            with contextlib.suppress(TimeoutError):
                listener.recv(2048)
                heard[listener] += 1
    assert min(heard.values()) > 25, list(heard.values())


def relay_of(sdp: str) -> tuple[str, int]:
    """Where the SDP wants its sound."""
    lines = sdp.splitlines()
    host = next(line.split()[-1] for line in lines if line.startswith("c="))
    return host, next(int(line.split()[1]) for line in lines if line.startswith("m=audio"))


def hang_up(call: Call, ringing: Call) -> None:
    assert call.hang_up(ringing).status == 200


def stays_reachable_while_nothing_is_said(edge: EdgeServer, office: Namespace) -> None:
    """The router forgets a silent binding after BINDING_S: only the edge's pings hold it."""
    with inside_phone(edge, office) as phone, edge.phone("kmy00002", host=WORLD) as caller:
        assert (phone.register().status, caller.register().status) == (200, 200)
        pings, until = 0, time.monotonic() + 3 * BINDING_S
        while time.monotonic() < until:
            message = phone.receive(0.2)
            pings += message is not None and message.first.startswith("OPTIONS ")
        assert pings >= 4, pings
        call = caller.invite("1000")
        phone.expect_call().refuse(486)
        assert call.expect_answer().status == 486


def is_called_on_its_own_connection(edge: EdgeServer, office: Namespace, kind: type[TcpPhone]) -> None:
    with edge.phone("kmy00002", host=WORLD) as caller, contextlib.ExitStack() as stack:
        with office.entered():
            phone = stack.enter_context(edge.stream_phone(kind, host=OFFICE))
        assert (phone.register().status, caller.register().status) == (200, 200)
        call = caller.invite("1000", body="")
        ringing = phone.expect_call()
        ringing.reply(200)
        assert call.expect_answer().status == 200
        ringing.expect_ack()
        assert ringing.hang_up(call).status == 200


if __name__ == "__main__":
    main()
