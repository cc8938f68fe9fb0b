"""All carriers' connections, as the trunks in the database say, and their state back into it."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg

from naisen.edge.carrier_links.link import Carrier, keep_up
from naisen.edge.listener import TRUNKS

SEEN_S = 15.0
"""How often the state of every connection is written anew: what has not been seen for a minute is not known."""
TICK_S = RETRY_S = 1.0
_CARRIERS = (
    "SELECT trunk_id, host, port, transport, edge.link_address(trunk_id) FROM edge.trunk"
    " WHERE transport IN ('tcp', 'tls')"
)
_STATE = "SELECT edge.note_link_state(%s, %s, %s)"

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Links:
    """`run` for ever. Connections stay as they are while the database is away."""

    def __init__(
        self, url: str, ports: Mapping[str, int], trust: ssl.SSLContext, log: Callable[[str], None]
    ) -> None:
        """`url`: the edge's libpq URI. `ports`: Kamailio's on loopback, for 'tcp' and for 'tls'."""
        self._url, self._ports, self._trust, self._log = url, ports, trust, log
        self._kept: dict[Carrier, asyncio.Task[None]] = {}
        self._states: dict[Carrier, tuple[bool, str]] = {}
        self._written: dict[Carrier, tuple[bool, str]] = {}
        self._written_at = 0.0

    async def run(self) -> None:
        """Follow the database."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=5, application_name="naisen-carrier-links"
                ) as connection:
                    await self._follow(connection)
            except psycopg.Error as error:
                self._log(f"the database is away: {error}")
                await asyncio.sleep(RETRY_S)

    async def _follow(self, connection: Connection) -> None:
        """Listen first, then look: nothing that changes in between is missed."""
        await connection.execute(f"LISTEN {TRUNKS}")
        await self._look(connection)
        while True:
            # Until its end the generator keeps the connection to itself.
            if [notice async for notice in connection.notifies(timeout=TICK_S, stop_after=1)]:
                await self._look(connection)
            await self._write_states(connection)

    async def _look(self, connection: Connection) -> None:
        rows = await (await connection.execute(_CARRIERS)).fetchall()
        wanted = {Carrier(*row) for row in rows}
        for carrier in self._kept.keys() - wanted:
            self._kept.pop(carrier).cancel()
            self._states.pop(carrier, None)
        for carrier in wanted - self._kept.keys():
            port = self._ports[carrier.transport]
            work = keep_up(carrier, port, self._trust, partial(self._note, carrier))
            self._kept[carrier] = asyncio.create_task(work)

    def _note(self, carrier: Carrier, is_up: bool, reason: str) -> None:
        if self._states.get(carrier) != (is_up, reason):
            where = f"trunk {carrier.trunk_id}, {carrier.host}:{carrier.port} by {carrier.transport.upper()}"
            self._log(f"{where}: {'connected' if is_up else reason}")
        self._states[carrier] = (is_up, reason)

    async def _write_states(self, connection: Connection) -> None:
        if self._states == self._written and time.monotonic() < self._written_at + SEEN_S:
            return
        states = dict(self._states)
        for carrier, (is_up, reason) in states.items():
            await connection.execute(_STATE, (carrier.trunk_id, is_up, reason[:200]))
        self._written, self._written_at = states, time.monotonic()
