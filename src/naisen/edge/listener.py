"""Keeps Kamailio's memory true to the database: drops bindings that must go, writes spooled records.

It runs in a process of Kamailio's own (rtimer): born and ended with it, with the bindings in its memory, so
there is nothing to connect to and nobody to watch it. Whenever it (re)connects, and every SWEEP_S besides,
it looks at all bindings: a lost message, or a device that time alone has silenced, is found then.
"""

import json
import time
from collections.abc import Callable

import psycopg

from naisen.edge.directory import Connection, Directory, DirectoryUnavailable, connect
from naisen.edge.engine import Bindings
from naisen.edge.spool import Spool

CHANNEL = "edge_drop"
SWEEP_S = 15.0
TICK_S = 1.0
RETRY_S = 0.5


class Listener:
    """One `tick` listens for about a second; call it for ever."""

    def __init__(self, url: str, directory: Directory, spool: Spool, log: Callable[[str], None]) -> None:
        """`url`: the edge's libpq URI; `log` takes a line for the log."""
        self._url, self._directory, self._spool, self._log = url, directory, spool, log
        self._connection: Connection | None = None
        self._sweep_at = 0.0

    def tick(self, bindings: Bindings) -> None:
        """Listen for TICK_S, act on what comes. Never raises for database trouble."""
        try:
            connection = self._connected()
            if time.monotonic() >= self._sweep_at:
                self._sweep(bindings)
            for notice in connection.notifies(timeout=TICK_S):
                self.on_notice(notice.payload, bindings)
        except (psycopg.Error, DirectoryUnavailable) as error:
            self._log(f"listener: the database is away: {error}")
            self._forget()
            time.sleep(RETRY_S)

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = connect(self._url, 5000)
            connection.execute(f"LISTEN {CHANNEL}")
            self._connection, self._sweep_at = connection, 0.0
            self._log("listener: listening")
        return self._connection

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _sweep(self, bindings: Bindings) -> None:
        for login, domain in self._directory.unwanted_bindings():
            bindings.drop_binding(login, domain)
        written = self._spool.empty_into(self._directory.insert_late_record)
        if written:
            self._log(f"listener: wrote {written} call record(s) that had waited for the database")
        self._sweep_at = time.monotonic() + SWEEP_S

    def on_notice(self, payload: str, bindings: Bindings) -> None:
        """Act on one message of CHANNEL: {"login": …, "domain": …}."""
        try:
            notice = json.loads(payload)
            login, domain = str(notice["login"]), str(notice["domain"])
        except (ValueError, KeyError, TypeError):
            self._log(f"listener: not understood: {payload[:200]!r}")
            return
        if bindings.drop_binding(login, domain):
            self._log(f"listener: dropped the binding of {login}@{domain}")
