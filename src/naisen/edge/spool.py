"""Call records that the database would not take, kept in files until it does: nothing is lost."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from naisen.edge.call_record import CallRecord, RecordRefused, from_note


class Spool:
    """A folder with one file per record; any process of the edge may add, one empties it."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when the first record needs it."""
        self._folder = folder

    def add(self, record: CallRecord) -> None:
        """Keep a record, on the disk for certain. Raises OSError (disk full)."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f"{uuid.uuid4()}.new"
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(record.to_note())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(unfinished.with_suffix(".json"))

    def empty_into(self, write: Callable[[CallRecord], None]) -> int:
        """Hand every record to `write`, oldest first; returns how many were written.

        A record that is refused stays for the next time, a file that is no record is set aside as .unreadable;
        neither holds up the others. Any other exception of `write` passes.
        """
        return sum(self._hand_over(path, write) for path in self._waiting())

    def _hand_over(self, path: Path, write: Callable[[CallRecord], None]) -> bool:
        try:
            write(from_note(path.read_text(encoding="utf-8")))
        except RecordRefused:
            return False
        except (ValueError, TypeError, AttributeError):
            path.rename(path.with_suffix(".unreadable"))
            return False
        path.unlink()
        return True

    def _waiting(self) -> Iterator[Path]:
        files = self._folder.glob("*.json") if self._folder.is_dir() else iter(())
        return iter(sorted(files, key=lambda path: path.stat().st_mtime))
