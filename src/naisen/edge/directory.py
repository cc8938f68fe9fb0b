"""The edge's look-ups in PostgreSQL: the views of schema `edge`, and nothing else (rule 1).

One connection per process: Kamailio forks after it has loaded this, and a connection must never be shared.
"""

import os
import time
from typing import Any

import psycopg

from naisen.edge.call_record import COLUMNS, CallRecord, RecordRefused, to_row
from naisen.edge.statements import Statements
from naisen.edge.stored_dialog import CSEQ_DIFF, StoredDialog
from naisen.routing import Called, Device, Forwarding, Limits, RingDevice

Connection = psycopg.Connection[tuple[Any, ...]]

STATEMENT_TIMEOUT_MS = 500
CONNECT_TIMEOUT_S = 2
REST_AFTER_FAILURE_S = 0.3
"""After a failed connect every request is refused at once for so long, instead of waiting in a queue."""

_DEVICE = (
    "SELECT login, domain, device_id, tenant_id, ha1, person_id, extension, display_name,"
    " may_register, login_only, why_not, max_calls, tenant_max_calls, calls_per_minute, emergency_only"
    " FROM edge.device WHERE login = %s AND domain = %s"
)
# One look-up for the number and whoever rings: a row a device, one without a device where none rings. The kinds are
# spelt out, so that the plan has a part for each, and only one of them runs.
_CALLED = (
    "SELECT n.kind, n.target_id, n.timeout_s, n.available, n.why_not, n.name, n.do_not_disturb,"
    " n.forward_always, n.forward_busy, n.forward_no_answer, n.forward_unregistered,"
    " r.device_id, r.login, r.person_id, r.do_not_disturb, r.max_calls"
    " FROM edge.number n LEFT JOIN LATERAL ("
    " SELECT * FROM edge.ring WHERE kind = 'person' AND domain = n.domain AND target_id = n.target_id"
    " AND n.kind = 'person' UNION ALL"
    " SELECT * FROM edge.ring WHERE kind = 'department' AND domain = n.domain AND target_id = n.target_id"
    " AND n.kind = 'department') r ON n.available"
    " WHERE n.domain = %s AND n.digits = %s ORDER BY r.device_id"
)
_OF_NUMBER = 11
"""How many of its columns are the number's own."""
_DOMAIN = "SELECT 1 FROM edge.domain WHERE domain = %s"
_FAILURE = "SELECT edge.note_failure(%s, %s, %s, %s, %s)"
# Kamailio ignores this column with our settings; the timeline's trigger reads it (13_dropped.sql).
_LEAVING = "UPDATE edge.location SET keepalive = 2 WHERE username = %s AND domain = %s RETURNING 1"
_RECORD = (  # the names are constants of ours
    f"INSERT INTO edge.acc ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
    " ON CONFLICT DO NOTHING"
)
# Both at an answered call's end: one transaction, and one wait for the disk.
_LAST_RECORD = (
    "WITH gone AS (DELETE FROM edge.dialog WHERE hash_entry = %s AND hash_id = %s),"  # noqa: S608 - as above
    f" gone_too AS (DELETE FROM edge.dialog_vars WHERE hash_entry = %s AND hash_id = %s) {_RECORD}"
)
_DIALOG = (
    f"WITH kept AS (INSERT INTO edge.dialog ({', '.join(StoredDialog._fields)})"  # noqa: S608 - as above
    f" VALUES ({', '.join(['%s'] * len(StoredDialog._fields))}))"
    " INSERT INTO edge.dialog_vars (hash_entry, hash_id, dialog_key, dialog_value) VALUES (%s, %s, 'call', %s)"
)
_CSEQ_DIFF = (
    "INSERT INTO edge.dialog_vars (hash_entry, hash_id, dialog_key, dialog_value) VALUES (%s, %s, %s, %s)"
)
_FORGET_CALL = (
    "WITH gone AS (DELETE FROM edge.dialog WHERE callid = %s RETURNING hash_entry, hash_id)"
    " DELETE FROM edge.dialog_vars v USING gone"
    " WHERE v.hash_entry = gone.hash_entry AND v.hash_id = gone.hash_id RETURNING 1"
)
# A binding whose device is gone, or may not register any more, whatever made it so (also mere time). OFFSET 0 keeps
# it a look-up for each binding: joined, it would go through all devices, registered or not.
_UNWANTED = (
    "SELECT DISTINCT l.username, l.domain FROM edge.location l LEFT JOIN LATERAL (SELECT may_register"
    " FROM edge.device WHERE login = l.username AND domain = l.domain OFFSET 0) d ON true"
    " WHERE d.may_register IS NOT TRUE"
)


class DirectoryUnavailable(Exception):
    """The database did not answer. The request gets 503; nobody is told that a password is wrong (rule 9)."""


class Directory:
    """The look-ups, each prepared once per connection."""

    def __init__(self, url: str) -> None:
        """`url`: libpq URI of the role naisen_edge. Nothing is connected yet."""
        self._url = url
        self._connection: Connection | None = None
        self._statements: Statements
        self._pid = 0
        self._rest_until = 0.0

    def device(self, login: str, domain: str) -> Device | None:
        """The device of that login, whatever its state. Raises DirectoryUnavailable, as all of these do."""
        rows = self._rows(_DEVICE, login, domain)
        return _device(rows[0]) if rows else None

    def called(self, domain: str, digits: str) -> Called | None:
        """The number with the devices that ring for it, or None where it is nobody's."""
        rows = self._rows(_CALLED, domain, digits)
        return _called(digits, rows) if rows else None

    def has_domain(self, domain: str) -> bool:
        """Whether a tenant has this domain."""
        return bool(self._rows(_DOMAIN, domain))

    def note_failure(self, domain: str, login: str, address: str, reason: str, terminal: str) -> None:
        """Keep a refused attempt for the administrator (registration timeline)."""
        self._rows(_FAILURE, domain, login, address, reason, terminal)

    def note_leaving(self, login: str, domain: str) -> None:
        """Say that the device is about to end its registration itself: what goes otherwise was lost."""
        self._rows(_LEAVING, login, domain)

    def keep_dialog(self, dialog: StoredDialog, note: str, cseq_diff: str) -> None:
        """Write a call that has been answered, so that it outlives the edge; `cseq_diff` is '' for most."""
        name = dialog[:2]
        if cseq_diff:
            self._rows(_CSEQ_DIFF, *name, CSEQ_DIFF, cseq_diff)
        self._rows(_DIALOG, *dialog, *name, note)

    def insert_record(self, record: CallRecord, dialog: tuple[int, int] | None = None) -> None:
        """Write a call's record, and remove its dialog, if there is one.

        Raises RecordRefused where the database answers, and answers no.
        """
        try:
            if dialog is None:
                self._rows(_RECORD, *to_row(record))
            else:
                self._rows(_LAST_RECORD, *dialog, *dialog, *to_row(record))
        except DirectoryUnavailable as error:
            if isinstance(error.__cause__, psycopg.DataError | psycopg.IntegrityError):
                raise RecordRefused(str(error)) from error
            raise

    def insert_late_record(self, record: CallRecord) -> None:
        """Write a record that had to wait, and remove what Kamailio could not remove of its call.

        Left in the table, the next start would take it for a call that is up, and hold it for hours.
        """
        self.insert_record(record)
        self._rows(_FORGET_CALL, record.call_id)

    def unwanted_bindings(self) -> list[tuple[str, str]]:
        """(login, domain) of every stored binding that must go."""
        return [(str(login), str(domain)) for login, domain in self._rows(_UNWANTED)]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Run with this process's connection; once more with a new one where that had gone stale."""
        stale = self._connection is not None and self._pid == os.getpid()
        try:
            return self._connected().rows(query, values)
        except psycopg.Error as error:
            self._forget()
            if not (stale and isinstance(error, psycopg.OperationalError)) or _is_slow(error):
                raise DirectoryUnavailable(str(error)) from error
        try:
            return self._connected().rows(query, values)
        except psycopg.Error as error:
            self._forget()
            raise DirectoryUnavailable(str(error)) from error

    def _connected(self) -> Statements:
        if self._connection is not None and self._pid == os.getpid():
            return self._statements
        if time.monotonic() < self._rest_until:
            raise DirectoryUnavailable("the database did not answer a moment ago")
        self._rest_until = time.monotonic() + REST_AFTER_FAILURE_S
        self._connection = connect(self._url, STATEMENT_TIMEOUT_MS)
        self._statements = Statements(self._connection)
        self._pid, self._rest_until = os.getpid(), 0.0
        return self._statements

    def _forget(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
        self._connection = None


def connect(url: str, statement_timeout_ms: int) -> Connection:
    """Connect with short timeouts, so that a lost server costs a worker a moment and no more."""
    return psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        tcp_user_timeout=1000,
        application_name="naisen-edge",
        # Planning these views takes ten times as long as running them: plan once per connection.
        options=f"-c statement_timeout={statement_timeout_ms} -c plan_cache_mode=force_generic_plan",
    )


def _device(row: tuple[Any, ...]) -> Device:
    """The view says '' where a device may register; here that is None."""
    *known, why_not, device_calls, tenant_calls, calls_per_minute, emergency_only = row
    limits = Limits(device_calls, tenant_calls, calls_per_minute)
    return Device(*known, why_not=why_not or None, limits=limits, emergency_only=emergency_only)  # type: ignore[misc]


def _called(digits: str, rows: list[tuple[Any, ...]]) -> Called:
    kind, target_id, timeout_s, available, why_not, name, do_not_disturb, *forwards = rows[0][:_OF_NUMBER]
    devices = tuple(RingDevice(*row[_OF_NUMBER:]) for row in rows if row[_OF_NUMBER] is not None)
    return Called(
        digits,
        kind,
        target_id,
        timeout_s,
        available,
        why_not or None,
        devices,
        name=name,
        forwarding=Forwarding(*forwards),
        do_not_disturb=do_not_disturb,
    )


def _is_slow(error: psycopg.Error) -> bool:
    return isinstance(error, psycopg.errors.QueryCanceled)
