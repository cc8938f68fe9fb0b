"""Where a call goes that is up, and where its record goes: into the database, or into the spool until that takes it."""

from collections.abc import Callable

from naisen.edge.call_record import CallRecord, RecordRefused
from naisen.edge.directory import Directory, DirectoryUnavailable
from naisen.edge.spool import Spool
from naisen.edge.stored_dialog import StoredDialog


class Keeper:
    """Callable with a finished record; never raises for trouble with database or disk."""

    def __init__(self, directory: Directory, spool: Spool, log: Callable[[str], None]) -> None:
        """`log` takes a line for the log."""
        self._directory, self._spool, self._log = directory, spool, log

    def dialog(self, dialog: StoredDialog, note: str, cseq_diff: str) -> None:
        """Write a call that has been answered; where the database is away, Kamailio does so later."""
        try:
            self._directory.keep_dialog(dialog, note, cseq_diff)
        except DirectoryUnavailable as error:
            self._log(f"call {dialog.callid} would not outlive a restart now: {error}")

    def __call__(self, record: CallRecord, dialog: tuple[int, int] | None = None) -> None:
        """Write the record and remove the dialog of that name, or keep the record for the listener to write."""
        try:
            self._directory.insert_record(record, dialog)
        except (DirectoryUnavailable, RecordRefused) as error:
            self._log(f"call record {record.call_id} waits in the spool: {error}")
            self._add(record)

    def _add(self, record: CallRecord) -> None:
        try:
            self._spool.add(record)
        except OSError as error:  # the disk is full as well: the log is the last place
            self._log(f"call record not kept ({error}): {record.to_note()}")
