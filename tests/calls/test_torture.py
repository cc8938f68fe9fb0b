"""R6: RFC 4475's messages, and what nobody would send: 0 deaths, and the right class of answer."""

import re
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Phone
from tests.calls.waiting import wait_for

FILE = Path(__file__).parent / "rfc4475_messages.txt"
SEEDS = (4475, 3261, 2543)
DATAGRAMS_PER_SEED = 4000
STREAMS = 150


@dataclass(frozen=True)
class Torture:
    """One message: its bytes and the codes that are right; None among them is silence."""

    name: str
    data: bytes
    right: frozenset[int | None]
    is_exempt: bool


def read_messages() -> list[Torture]:
    """The messages of the file, which explains its notation."""
    blocks = re.split(r"^=== ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_read(block) for block in blocks]


def _read(block: str) -> Torture:
    title, _, text = block.partition("\n")
    name, _, *codes = title.split()
    right = frozenset(None if code == "-" else int(code) for code in codes if code != "*")
    text = re.sub(r"\{repeat (\d+) ([^}]*)\}", lambda found: found[2] * int(found[1]), text)
    parts = re.split(r"\{hex ([0-9a-f ]+)\}", text.replace("\n", "\r\n"))
    data = b"".join(bytes.fromhex(part) if n % 2 else part.encode() for n, part in enumerate(parts))
    return Torture(name, data, right, "*" in codes)


MESSAGES = read_messages()


def test_there_are_49() -> None:
    assert len(MESSAGES) == 49
    assert sum(message.is_exempt for message in MESSAGES) == 5


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_a_message_of_rfc_4475_is_taken_as_the_rfc_says(edge: EdgeServer, message: Torture) -> None:
    before = children(edge)
    with edge.phone("kmy00001") as phone:
        # Answers go to where the message came from, not to the example hosts in its Via.
        phone.send(answerable(message.data))
        answer = phone.receive(0.25)
        code = answer.status if answer else None
        assert message.is_exempt or code in message.right, answer
        assert phone.register().status == 200
    assert children(edge) == before
    assert [row["username"] for row in edge.sql("SELECT username FROM edge.location")] == ["kmy00001"]


@pytest.mark.parametrize("seed", SEEDS)
def test_mutated_datagrams_kill_nothing(edge: EdgeServer, seed: int) -> None:
    random, before = Random(seed), children(edge)
    with edge.phone("kmy00001") as phone, edge.phone("kmy00002") as callee:
        assert phone.register().status == 200
        assert callee.register().status == 200
        valid = [message.data for message in MESSAGES] + samples(phone)
        used = edge.rpc("core.shmmem")["real_used"]
        for number in range(DATAGRAMS_PER_SEED):
            phone.send(mutated(random.choice(valid), random)[:65000])
            if number % 500 == 499:
                assert phone.receive(1), "the edge is still there"
                drain(phone)
        drain(phone)
        assert phone.register().status == 200
        call = phone.invite("2000")
        callee.expect(lambda m: m["Call-ID"] == call.invite["Call-ID"])
        call.cancel()
    assert children(edge) == before
    assert {row["username"] for row in edge.sql("SELECT username FROM edge.location")} == {
        "kmy00001",
        "kmy00002",
    }
    wait_for(lambda: edge.rpc("core.shmmem")["real_used"] < used * 1.05 + 1_000_000, 40)


def test_mutated_streams_kill_nothing(edge: EdgeServer, figure: Callable[[str], None]) -> None:
    random, before = Random(793), children(edge)
    valid = [message.data for message in MESSAGES]
    answers: Counter[bool] = Counter()
    for _ in range(STREAMS):
        with socket.create_connection(edge.address, 2) as stream:
            stream.settimeout(0.02)
            try:
                stream.sendall(mutated(random.choice(valid), random))
                answers[bool(stream.recv(4096))] += 1
            except OSError:
                answers[False] += 1
    figure(f"mutated streams kill nothing: {dict(answers)}")
    assert children(edge) == before
    with edge.phone("kmy00001") as phone:
        assert phone.register().status == 200


def test_slow_and_half_open_connections_hold_up_nobody(edge: EdgeServer) -> None:
    connections = [socket.create_connection(edge.address, 2) for _ in range(200)]
    try:
        for connection in connections:
            connection.sendall(b"REGISTER sip:kmy.cplus01.jp SIP/2.0\r\nVia: SIP/2.0/TCP x")
        with edge.phone("kmy00001") as phone:
            assert phone.register().status == 200
    finally:
        for connection in connections:
            connection.close()


def answerable(data: bytes) -> bytes:
    """With rport in the topmost Via, where that can be added without changing what the message tests."""
    return re.sub(rb"(?m)^(Via:\s+SIP/2.0/\w+ [\w.:-]+)(;branch|\r)", rb"\1;rport\2", data, count=1)


def samples(phone: Phone) -> list[bytes]:
    """Good messages of ours to spoil."""
    register = phone.register_request()
    invite = phone.invite_request("2000")
    return [
        str(message).encode() for message in (register, invite, phone.request("OPTIONS", "sip:127.0.0.1"))
    ]


def mutated(data: bytes, random: Random) -> bytes:
    """A few changes at random places: bytes, lines twice or gone, long runs, cuts."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 6)):
        place, kind = random.randrange(len(changed) + 1), random.randrange(6)
        if kind == 0:
            changed[place : place + 1] = bytes([random.randrange(256)])
        elif kind == 1:
            changed[place:place] = bytes([random.choice(b'\x00\r\n;:@<>"%,\\ \xff')]) * random.choice(
                [1, 2, 300]
            )
        elif kind == 2:
            del changed[place : place + random.randint(1, 40)]
        elif kind == 3:
            lines = bytes(changed).split(b"\r\n")
            lines.insert(random.randrange(len(lines)), random.choice(lines))
            changed = bytearray(b"\r\n".join(lines))
        elif kind == 4:
            changed = bytearray(
                re.sub(rb"\d+", str(random.choice([0, -1, 2**31, 2**64])).encode(), changed, count=1)
            )
        else:
            del changed[max(place, 20) :]
    return bytes(changed) or b"\r\n"


def drain(phone: Phone) -> None:
    """Read what has arrived."""
    while phone.receive(0.05):
        pass


def children(edge: EdgeServer) -> list[int]:
    """The pids of Kamailio's processes: the same ones as long as none has died."""
    return sorted(process["PID"] for process in edge.rpc("core.psx"))
