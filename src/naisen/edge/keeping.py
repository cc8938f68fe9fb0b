"""Where a call's record goes: into the database, or into the spool until the database takes it."""

from collections.abc import Callable

from naisen.edge.call_record import CallRecord, RecordRefused
from naisen.edge.directory import Directory, DirectoryUnavailable
from naisen.edge.spool import Spool


class Keeper:
    """Callable with a finished record; never raises for trouble with database or disk."""

    def __init__(self, directory: Directory, spool: Spool, log: Callable[[str], None]) -> None:
        """`log` takes a line for the log."""
        self._directory, self._spool, self._log = directory, spool, log

    def __call__(self, record: CallRecord) -> None:
        """Write the record, or keep it for the listener to write."""
        try:
            self._directory.insert_record(record)
        except (DirectoryUnavailable, RecordRefused) as error:
            self._log(f"call record {record.call_id} waits in the spool: {error}")
            self._add(record)

    def _add(self, record: CallRecord) -> None:
        try:
            self._spool.add(record)
        except OSError as error:  # the disk is full as well: the log is the last place
            self._log(f"call record not kept ({error}): {record.to_note()}")
