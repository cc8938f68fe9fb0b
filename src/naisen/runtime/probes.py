"""Questions that only a working part answers: HTTP, SIP OPTIONS, rtpengine's ping. Each takes 1 s at most."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable

from naisen.runtime.address import Address

TIMEOUT_S = 1.0


async def answers_http(address: Address, path: str) -> bool:
    """Tell whether GET `path` is answered with 200."""
    with contextlib.suppress(OSError, TimeoutError, IndexError):
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(_reachable(address), address.port)
            try:
                request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
                writer.write(request.encode())
                return (await reader.readline()).split()[1] == b"200"
            finally:
                writer.close()
    return False


async def answers_sip(address: Address) -> bool:
    """Tell whether OPTIONS over UDP is answered at all, with whatever code (RFC 3261, section 11)."""
    token = secrets.token_hex(8)

    def request(own: tuple[str, int]) -> bytes:
        lines = [
            f"OPTIONS sip:{address} SIP/2.0",
            f"Via: SIP/2.0/UDP {own[0]}:{own[1]};branch=z9hG4bK{token};rport",
            "Max-Forwards: 70",
            f"From: <sip:naisen@{address.host}>;tag={token}",
            f"To: <sip:{address}>",
            f"Call-ID: {token}",
            "CSeq: 1 OPTIONS",
            "User-Agent: Naisen status",
            "Content-Length: 0",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    answer = await _ask(address, request)
    return answer is not None and answer.startswith(b"SIP/2.0 ")


async def answers_ping(address: Address) -> bool:
    """Tell whether rtpengine answers `ping` on its control port (ng protocol, bencoded)."""
    cookie = secrets.token_hex(8).encode()
    answer = await _ask(address, lambda _: cookie + b" d7:command4:pinge")
    return answer is not None and answer.startswith(cookie) and b"4:pong" in answer


class _Answer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.first.done():
            self.first.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.first.done():
            self.first.set_exception(exc)


async def _ask(address: Address, request: Callable[[tuple[str, int]], bytes]) -> bytes | None:
    """Send one datagram and return the first answer, or None."""
    transport = None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                _Answer, remote_addr=(address.host, address.port)
            )
            transport.sendto(request(transport.get_extra_info("sockname")[:2]))
            return await protocol.first
    except (OSError, TimeoutError):
        return None
    finally:
        if transport is not None:
            transport.close()


def _reachable(address: Address) -> str:
    return "127.0.0.1" if address.is_any else address.host
