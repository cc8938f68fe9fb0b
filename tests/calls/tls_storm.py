"""Hostile clients on the front's TLS ports, while a good phone registers (reliability R3).

Twelve clients mix good handshakes and garbage, which is what crashes Kamailio's own tls module.
The long form, 20,000 connections: `.venv/bin/python -m tests.calls.tls_storm 20000`.
"""

import contextlib
import itertools
import multiprocessing
import os
import random
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client.streams import TlsPhone, WssPhone, blind_context

CLIENTS = 12
SEED = 20_261_124
Address = tuple[str, int]
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


@dataclass(frozen=True)
class Figures:
    """What was counted: connections made, the good phone's registrations and their p99 in ms."""

    connections: int
    registrations: int
    failed: int
    p99_ms: float

    def __str__(self) -> str:
        return (
            f"R3: {self.connections} hostile TLS connections; {self.registrations} registrations meanwhile, "
            f"{self.failed} failed, p99 {self.p99_ms:.0f} ms"
        )


def good_then_nothing(server: Address, _: random.Random) -> None:
    with connected(server) as plain, blind_context().wrap_socket(plain):
        pass


def good_then_garbage(server: Address, chance: random.Random) -> None:
    with connected(server) as plain, blind_context().wrap_socket(plain) as secured:
        secured.sendall(chance.randbytes(chance.randrange(1, 3000)))


def good_then_torn(server: Address, chance: random.Random) -> None:
    """A whole handshake, then bytes that are no TLS record, and a reset."""
    plain = connected(server)
    secured = blind_context().wrap_socket(plain)
    descriptor = socket.socket(fileno=secured.detach())
    descriptor.sendall(chance.randbytes(200))
    reset(descriptor)


def garbage(server: Address, chance: random.Random) -> None:
    with connected(server) as plain:
        plain.sendall(chance.randbytes(chance.randrange(1, 5000)))


def half_a_hello(server: Address, chance: random.Random) -> None:
    plain = connected(server)
    plain.sendall(HELLO + chance.randbytes(chance.randrange(0, 500)))
    reset(plain)


def plain_sip(server: Address, _: random.Random) -> None:
    with connected(server) as plain:
        plain.sendall(b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n")


def gone_at_once(server: Address, _: random.Random) -> None:
    reset(connected(server))


def heartbleed(server: Address, chance: random.Random) -> None:
    with connected(server) as plain:
        plain.sendall(b"\x18\x03\x02\x00\x03\x01\x40\x00" + chance.randbytes(20))


TRICKS: tuple[Callable[[Address, random.Random], None], ...] = (
    *(good_then_nothing, good_then_garbage, good_then_torn, garbage),
    *(half_a_hello, plain_sip, gone_at_once, heartbleed),
)


def connected(server: Address) -> socket.socket:
    return socket.create_connection(server, 3)


def reset(connection: socket.socket) -> None:
    """Close with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def attack(client: int, connections: int, ports: list[Address]) -> None:
    """One hostile client: so many connections, with every trick in turn, on both ports."""
    chance = random.Random(SEED + client)
    for number in range(connections):
        with contextlib.suppress(OSError):  # to be refused is an answer too
            TRICKS[number % len(TRICKS)](ports[number // len(TRICKS) % 2], chance)


def storm(edge: EdgeServer, connections: int) -> Figures:
    """Make so many hostile connections; raises AssertionError where a part has ended meanwhile."""
    ports = [(address.host, address.port) for address in (edge.front.sip_tls, edge.front.https)]
    each = -(-connections // CLIENTS)
    processes = multiprocessing.get_context("spawn")
    clients = [processes.Process(target=attack, args=(client, each, ports)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    took_ms, failed = register_meanwhile(edge, lambda: any(client.is_alive() for client in clients))
    for client in clients:
        client.join()
        assert client.exitcode == 0
    for part in (edge.kamailio, edge.haproxy):
        assert part is not None
        assert part.poll() is None, "a part has ended"
    took_ms.sort()
    return Figures(each * CLIENTS, len(took_ms), failed, took_ms[int(len(took_ms) * 0.99)])


def register_meanwhile(edge: EdgeServer, goes_on: Callable[[], bool]) -> tuple[list[float], int]:
    """Register on new connections, by turns on TLS and WSS; ms each, and how many failed."""
    took_ms: list[float] = []
    failed = 0
    for kind in itertools.cycle((TlsPhone, WssPhone)):
        began = time.monotonic()
        try:
            with edge.stream_phone(kind, "kmy00003", host="127.0.0.77") as phone:
                failed += phone.register().status != 200
        except (OSError, AssertionError):
            failed += 1
        took_ms.append((time.monotonic() - began) * 1000)
        time.sleep(0.02)
        if not goes_on():
            return took_ms, failed
    raise AssertionError("endless")


def main() -> None:
    edge = EdgeServer()
    try:
        edge.start()
        began = time.monotonic()
        figures = storm(edge, int(sys.argv[1]))
        lines = [str(figures), f"{time.monotonic() - began:.0f} s, {os.cpu_count()} cores, 0 restarts"]
        sys.stdout.write("\n".join(lines) + "\n")
    finally:
        edge.stop()


if __name__ == "__main__":
    main()
