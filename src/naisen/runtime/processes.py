"""Processes as Linux shows them: start one in its own session, find all that came of it, end them."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """One live process: ids, and its start in clock ticks since boot (tells a reused pid from the old)."""

    pid: int
    group: int
    session: int
    started: int


def look(pid: int) -> Seen | None:
    """Return what is known of a live process, or None when there is none (a zombie counts as none)."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The name in parentheses may itself hold spaces and parentheses.
    fields = stat[stat.rindex(")") + 2 :].split()
    if fields[0] in "ZX":
        return None
    return Seen(pid, group=int(fields[2]), session=int(fields[3]), started=int(fields[19]))


def everything() -> Iterator[Seen]:
    """Yield every live process of the machine."""
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (seen := look(int(entry.name))) is not None:
            yield seen


def is_same(pid: int, started: int) -> bool:
    """Tell whether the process that had this pid at that start time still lives."""
    seen = look(pid)
    return seen is not None and seen.started == started


def working_folder(pid: int) -> Path | None:
    """Return the process's current folder, or None when it may not be seen."""
    return _link(pid, "cwd")


def executable(pid: int) -> Path | None:
    """Return the program that the process runs, or None when it may not be seen."""
    return _link(pid, "exe")


def command_line(pid: int) -> list[str]:
    """Return the words that the process was started with; none when there is no such process."""
    try:
        return [os.fsdecode(word) for word in (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")]
    except OSError:
        return []


def _link(pid: int, name: str) -> Path | None:
    try:
        return Path(str((PROC / str(pid) / name).readlink()).removesuffix(" (deleted)"))
    except OSError:
        return None


def environment_of(pid: int) -> dict[str, str]:
    """Return the variables that the process was started with; empty when they may not be seen."""
    try:
        entries = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    return dict(os.fsdecode(entry).split("=", 1) for entry in entries if b"=" in entry)


def started_with(pid: int, marks: Mapping[str, str]) -> bool:
    """Tell whether the process was started with all these environment variables."""
    return bool(marks) and marks.items() <= environment_of(pid).items()


def family(leader: int, marks: Mapping[str, str]) -> list[int]:
    """Return the pids that live in the leader's group or session, or that carry its marks.

    The marks find descendants that made a session of their own. The leader need not live any more: Linux
    gives its number to no other process while its group or session has a member.
    """
    return [
        seen.pid
        for seen in everything()
        if seen.pid != os.getpid() and (leader in (seen.group, seen.session) or started_with(seen.pid, marks))
    ]


def spawn(
    argv: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    output: IO[bytes] | int,
    death_signal: signal.Signals = signal.SIGKILL,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program as the leader of a session of its own; `death_signal` reaches it when we die."""
    parent = os.getpid()

    def arm() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        [str(word) for word in argv],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=arm,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )


async def ended(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process's end and return its exit code (negative: the signal that killed it)."""
    if process.poll() is None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        descriptor = os.pidfd_open(process.pid)
        loop.add_reader(descriptor, done.set)
        try:
            await done.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
    return process.wait()


def send(pids: Iterable[int], what: signal.Signals) -> None:
    """Send a signal to each process that still lives."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def end_all(find: Callable[[], list[int]], *, patience_s: float = 5.0) -> list[int]:
    """Kill what `find` finds until it finds nothing; return the pids that outlived `patience_s`."""
    deadline = time.monotonic() + patience_s
    while pids := find():
        send(pids, signal.SIGKILL)
        if time.monotonic() > deadline:
            return pids
        time.sleep(0.01)
    return []
