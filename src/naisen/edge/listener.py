"""Keeps Kamailio's memory true to the database: bindings that must go, carriers, calls that cost too much.

It runs in a process of Kamailio's own (rtimer): born and ended with it, with the bindings in its memory, so
there is nothing to connect to and nobody to watch it. Whenever it (re)connects, and every SWEEP_S besides,
it looks at everything: a lost message, or a device that time alone has silenced, is found then. Records that
had to wait for the database are written by it, too.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import psycopg

from naisen.edge import carriers
from naisen.edge.call_lookups import CallDirectory
from naisen.edge.directory import Connection, DirectoryUnavailable, connect
from naisen.edge.engine import Bindings
from naisen.edge.lamps import CHANGED, DEVICES
from naisen.edge.overspending import Memory, end_what_costs_too_much
from naisen.edge.spool import Spool

DROP, TRUNKS = "edge_drop", "edge_trunks"
FORGET = frozenset({"edge_domains", "edge_passwords"})
"""Channels that say: somebody's right to register may have changed."""
SWEEP_S = 15.0
TICK_S = 1.0
COSTS_S = 3.0
RELOAD_S = 3.0
"""Between two readings of the registrations: Kamailio takes a new list no sooner than after 2 s."""
RETRY_S = 0.5


class Shared(Bindings, Memory, Protocol):
    """What the listener looks after."""


class Listener:
    """One `tick` listens for about a second; call it for ever."""

    def __init__(
        self,
        url: str,
        directory: CallDirectory,
        spool: Spool,
        addresses: dict[str, str],
        log: Callable[[str], None],
    ) -> None:
        """`url`: the edge's libpq URI; `addresses`: host:port of ours by transport; `log` takes a line for the log."""
        self._url, self._directory, self._spool, self._log = url, directory, spool, log
        self._addresses = addresses
        self._connection: Connection | None = None
        self._sweep_at = 0.0
        self._trunks_are_stale = self._registrations_are_stale = True
        self._has_just_started = True
        self._states: dict[str, bool] = {}
        self._states_at = self._costs_at = self._reload_at = 0.0
        self._lost_at: datetime | None = None

    def tick(self, shared: Shared) -> None:
        """Listen for TICK_S, act on what comes. Never raises for database trouble."""
        try:
            connection = self._connected(shared)
            shared.note_listening()
            if self._has_just_started:
                self._bury_the_dead(shared)
            if time.monotonic() >= self._sweep_at:
                self._sweep(shared)
            self._look_after_carriers(shared)
            if time.monotonic() >= self._costs_at:
                end_what_costs_too_much(shared, self._directory, self._log)
                self._costs_at = time.monotonic() + COSTS_S
            for notice in connection.notifies(timeout=TICK_S, stop_after=1):
                if notice.channel == TRUNKS:
                    self._trunks_are_stale = True
                elif notice.channel in FORGET:
                    shared.forget_passwords()
                else:
                    self.on_notice(notice.payload, shared)
                    shared.set_text(CHANGED, DEVICES, "1")
        except (psycopg.Error, DirectoryUnavailable) as error:
            self._log(f"listener: the database is away: {error}")
            shared.forget_passwords()
            self._lost_at = self._lost_at or datetime.now(UTC)
            self._forget()
            time.sleep(RETRY_S)

    def _connected(self, shared: Shared) -> Connection:
        if self._connection is None:
            connection = connect(self._url, 5000)
            connection.execute(f"LISTEN {DROP}; LISTEN {TRUNKS}; LISTEN edge_domains; LISTEN edge_passwords")
            shared.forget_passwords()
            self._note_the_outage(connection)
            self._directory.note_own_addresses(self._addresses)
            self._connection, self._sweep_at, self._trunks_are_stale = connection, 0.0, True
            self._log("listener: listening")
        return self._connection

    def _note_the_outage(self, connection: Connection) -> None:
        """Say from when until now phones got 503: the portal then blames no phone for what was lost meanwhile."""
        if self._lost_at is not None:
            connection.execute("SELECT edge.note_outage(%s, now())", [self._lost_at])
            self._lost_at = None

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _sweep(self, shared: Shared) -> None:
        for login, domain in self._directory.unwanted_bindings():
            shared.drop_binding(login, domain)
        written = self._spool.empty_into(self._directory.insert_late_record)
        if written:
            self._log(f"listener: wrote {written} call record(s) that had waited for the database")
        self._sweep_at = time.monotonic() + SWEEP_S

    def _bury_the_dead(self, shared: Shared) -> None:
        """End calls that were over before the edge was killed, and that it took for running ones when it started."""
        for entry, number in self._directory.ended_dialogs():
            shared.command("dlg.end_dlg", entry, number)
        self._has_just_started = False

    def _look_after_carriers(self, shared: Shared) -> None:
        """Read them anew where they have changed, and write down which of them have accepted us."""
        if self._trunks_are_stale:
            carriers.load_sources(shared, self._directory.trunk_sources())
            self._trunks_are_stale = False
            self._registrations_are_stale = True
        if self._registrations_are_stale and time.monotonic() >= self._reload_at:
            self._registrations_are_stale = not carriers.reload_registrations(shared)
            self._reload_at = time.monotonic() + RELOAD_S
        states = carriers.registered_codes(shared)
        if states != self._states or time.monotonic() >= self._states_at:
            self._directory.note_trunk_states(states)
            self._states, self._states_at = states, time.monotonic() + SWEEP_S

    def on_notice(self, payload: str, bindings: Bindings) -> None:
        """Act on one message of DROP: {"login": …, "domain": …}."""
        try:
            notice = json.loads(payload)
            login, domain = str(notice["login"]), str(notice["domain"])
        except (ValueError, KeyError, TypeError):
            self._log(f"listener: not understood: {payload[:200]!r}")
            return
        if bindings.drop_binding(login, domain):
            self._log(f"listener: dropped the binding of {login}@{domain}")
