"""One carrier's connection: opened, handed to Kamailio, passed through until an end closes it, opened again."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from struct import pack

CONNECT_S = 5.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
LASTING_S = 10.0
"""A connection that has held for so long was a good one: the next one is tried soon."""
PIECE = 65536
# A carrier that is gone without a word is noticed after two minutes.
_KEEP_ALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
)
_PROXY_V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11"
"""The header's signature, then: version 2, PROXY, TCP over IPv4 (the PROXY protocol, 2.2)."""
_KNOWN_PORT = 0x1414
"""Of the address that Kamailio knows a link by (5140, as in `edge.trunk`): 5.6 reads ports with the bytes swapped."""

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Tell = Callable[[bool, str], None]


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where a trunk's connection leads, and by which address (IPv4) Kamailio knows it."""

    trunk_id: int
    host: str
    port: int
    transport: str
    known_by: str


async def keep_up(carrier: Carrier, kamailio_port: int, trust: ssl.SSLContext, tell: Tell) -> None:
    """Keep the connection up for ever. `tell(is_up, reason)` hears of every change, '' for no reason to be down."""
    clock, pause_s = asyncio.get_running_loop().time, FIRST_PAUSE_S
    while True:
        began = clock()
        try:
            await _carry(carrier, kamailio_port, trust, tell)
            tell(False, "the connection was closed")
        except (OSError, TimeoutError, ssl.SSLError) as error:
            tell(False, reason_of(error))
        if clock() - began > LASTING_S:
            pause_s = FIRST_PAUSE_S
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def reason_of(error: Exception) -> str:
    """Why a connection could not be made, in a few words."""
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_S:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or error}"
    return str(getattr(error, "strerror", None) or error)


async def _carry(carrier: Carrier, kamailio_port: int, trust: ssl.SSLContext, tell: Tell) -> None:
    """1. The carrier, and its certificate. 2. Kamailio, told whose connection it is. 3. Pass on until an end closes."""
    async with contextlib.AsyncExitStack() as ends:
        outer = await _open(ends, carrier.host, carrier.port, trust if carrier.transport == "tls" else None)
        inner = await _open(ends, "127.0.0.1", kamailio_port, None)
        inner[1].write(proxy_header(carrier.known_by, inner[1].get_extra_info("peername")))
        tell(True, "")
        ways = [asyncio.create_task(_pass_on(*way)) for way in ((outer[0], inner[1]), (inner[0], outer[1]))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _open(
    ends: contextlib.AsyncExitStack, host: str, port: int, trust: ssl.SSLContext | None
) -> Stream:
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(
            host, port, ssl=trust, server_hostname=host if trust else None
        )
    ends.callback(writer.close)
    for option in _KEEP_ALIVE:
        writer.get_extra_info("socket").setsockopt(*option)
    return reader, writer


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()


def proxy_header(known_by: str, to: tuple[str, int]) -> bytes:
    """Tell Kamailio that the connection is from `known_by` (the PROXY protocol's version 2, IPv4)."""
    addresses = ipaddress.IPv4Address(known_by).packed + ipaddress.IPv4Address(to[0]).packed
    ports = pack("!HH", _KNOWN_PORT, to[1])
    return _PROXY_V2 + pack("!H", len(addresses + ports)) + addresses + ports
