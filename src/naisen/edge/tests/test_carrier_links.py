"""A carrier's connection, without a Kamailio: what each end gets, and why it may not come to be."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from naisen.edge.carrier_links.link import Carrier, keep_up, proxy_header
from naisen.runtime.certificate import prepare_certificate

PATIENCE_S = 5
Streams = asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


@contextlib.asynccontextmanager
async def listening(trust: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, Streams]]:
    """A server on loopback: its port, and what connects to it."""
    streams = Streams()
    server = await asyncio.start_server(lambda *one: streams.put_nowait(one), "127.0.0.1", 0, ssl=trust)
    async with server:
        yield server.sockets[0].getsockname()[1], streams
        while not streams.empty():
            streams.get_nowait()[1].close()


@contextlib.asynccontextmanager
async def kept(
    carrier: Carrier, port: int, trust: ssl.SSLContext
) -> AsyncIterator[asyncio.Queue[tuple[bool, str]]]:
    """The connection kept up; what was told of it."""
    told = asyncio.Queue[tuple[bool, str]]()
    task = asyncio.create_task(keep_up(carrier, port, trust, lambda *state: told.put_nowait(state)))
    try:
        yield told
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def run(work: Callable[[], object]) -> None:
    async def within() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await work()  # type: ignore[misc]

    asyncio.run(within())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A carrier's, for 127.0.0.1 and localhost."""
    folder = tmp_path_factory.mktemp("carrier")
    prepare_certificate(folder / "pem", own=folder / "own", hosts=(), certificate=None, key=None)
    return folder / "pem"


def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_bytes_pass_both_ways_and_kamailio_learns_whose_they_are(certificate: Path, transport: str) -> None:
    """C-08; an end that closes is told, and the connection is made anew."""

    async def work() -> None:
        trust = ssl.create_default_context(cafile=str(certificate))
        async with (
            listening(served(certificate) if transport == "tls" else None) as (port, outside),
            listening() as (kamailio, inside),
        ):
            carrier = Carrier(3, "localhost", port, transport, "127.128.0.3")
            async with kept(carrier, kamailio, trust) as told:
                assert await told.get() == (True, "")
                outer, inner = await outside.get(), await inside.get()
                header = proxy_header("127.128.0.3", ("127.0.0.1", kamailio))
                assert await inner[0].readexactly(len(header)) == header
                outer[1].write(b"from the carrier")
                assert await inner[0].readexactly(16) == b"from the carrier"
                inner[1].write(b"to the carrier")
                assert await outer[0].readexactly(14) == b"to the carrier"
                inner[1].close()
                assert await told.get() == (False, "the connection was closed")
                assert await outer[0].read() == b""
                assert await told.get() == (True, "")
                outer[1].close()

    run(work)


def test_a_carrier_is_not_believed_without_a_certificate_for_its_name(certificate: Path) -> None:
    async def work() -> None:
        async with listening(served(certificate)) as (port, _), listening() as (kamailio, inside):
            stranger = ssl.create_default_context()
            async with kept(Carrier(3, "localhost", port, "tls", "127.128.0.3"), kamailio, stranger) as told:
                is_up, reason = await told.get()
                assert (is_up, reason[:13]) == (False, "certificate: ")
            misnamed = ssl.create_default_context(cafile=str(certificate))
            async with kept(Carrier(3, "127.0.0.2", port, "tls", "127.128.0.3"), kamailio, misnamed) as told:
                is_up, reason = await told.get()
            assert not is_up
            assert inside.empty()

    run(work)


def test_the_reason_says_what_stands_in_the_way(certificate: Path) -> None:
    async def work() -> None:
        trust = ssl.create_default_context(cafile=str(certificate))
        async with listening() as (port, outside):
            async with kept(Carrier(3, "127.0.0.1", 1, "tcp", "127.128.0.3"), port, trust) as told:
                is_up, reason = await told.get()
                assert not is_up
                assert "refused" in reason.lower() or "Connect call failed" in reason
            assert outside.empty()

    run(work)


def test_the_header_is_the_proxy_protocols() -> None:
    """Version 2, PROXY, TCP over IPv4, 12 bytes: from, to, and the ports (the PROXY protocol, 2.2)."""
    header = proxy_header("127.128.0.3", ("127.0.0.1", 258))
    assert header == (
        b"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x0c"
        b"\x7f\x80\x00\x03\x7f\x00\x00\x01\x14\x14\x01\x02"
    )
