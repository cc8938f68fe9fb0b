"""The parts' log files: appended to, one older file kept, never larger than a limit."""

import asyncio
import contextlib
import re
import shutil
from pathlib import Path

LARGEST = 20 * 2**20  # bytes
KEPT_AT_START = 2 * 2**20  # bytes; a larger one is put aside when Naisen starts
LOOK_EVERY_S = 10.0


def older(path: Path) -> Path:
    """Return where a log's earlier content is kept."""
    return path.with_name(path.name + ".1")


def rotate(folder: Path) -> None:
    """At the start, before anything writes: put large files aside."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > KEPT_AT_START:
            path.replace(older(path))


async def cap(folder: Path) -> None:
    """Keep every log under the limit while its writer holds it open: copy it aside, then empty it.

    Writers append, so they go on at the new end; the few lines written in between are lost.
    """
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        for path in folder.glob("*.log"):
            with contextlib.suppress(OSError):
                if path.stat().st_size > LARGEST:
                    await asyncio.to_thread(_cut, path)


def _cut(path: Path) -> None:
    try:
        shutil.copyfile(path, older(path))
    finally:
        with path.open("r+b") as file:
            file.truncate()


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last lines of a log that are not empty; none when there is no log."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 32_768))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


def complaint(path: Path) -> str:
    """Return the last line of the log that says what is wrong; the very last one where none does."""
    lines = last_lines(path, 40)
    wrong = [line for line in lines if _WRONG.search(line)]
    return (wrong or lines or [""])[-1].strip()[:300]


_WRONG = re.compile(r"\b(\w*Error|ERROR|CRITICAL|FATAL|PANIC|error)\b[:\]]?")
