"""What processes have cost so far: CPU seconds from /proc, with everything that came of them."""

import os
from collections.abc import Iterable, Iterator

from naisen.runtime.processes import PROC

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def seconds_of(roots: Iterable[int]) -> float:
    """CPU seconds (user and system) of these processes and all their descendants, the dead ones included.

    A process adds its dead children's time to its own when it has waited for them; PostgreSQL and Kamailio do.
    """
    seen = {pid: (parent, ticks) for pid, parent, ticks in _every_process()}
    return sum(seen[pid][1] for pid in _with_descendants(set(roots), seen)) / TICKS_PER_S


def _with_descendants(pids: set[int], seen: dict[int, tuple[int, int]]) -> set[int]:
    found = pids & seen.keys()
    while more := {pid for pid, (parent, _) in seen.items() if parent in found} - found:
        found |= more
    return found


def _every_process() -> Iterator[tuple[int, int, int]]:
    """Yield pid, parent's pid, and ticks used; proc(5) says what stands where."""
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text(errors="replace")
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2 :].split()
        yield int(entry.name), int(fields[1]), sum(map(int, fields[11:15]))
