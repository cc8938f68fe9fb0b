"""What a thousand operations cost, and how many a second are too many."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from naisen.load.servers import Server
from naisen.load.site import Site
from naisen.runtime.errors import StartError

SETTLE_S = 0.7
"""After the last answer: what is written behind it belongs to the operations."""
FAILED_AT_MOST = 0.001
TRIES = 3
COUNTS_WITH = 0.9
"""The part of the operations that must succeed for a cost to mean something."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the things that are measured: `seconds` of it at `rate` a second."""

    name: str
    kind: str
    rate: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Party:
    """A server with its phones."""

    server: Server
    site: Site


def cost_of(party: Party, operation: Operation, say: Callable[[str], None]) -> float:
    """CPU seconds of the server, PostgreSQL included, per 1,000 operations that succeeded.

    On a busy machine some fail; that is said. Measured anew when many did; StartError when they always do.
    """
    for _ in range(TRIES):
        count = round(operation.rate * operation.seconds)
        before = party.server.cpu_s()
        counts = party.site.offer(operation.kind, operation.rate, count)
        time.sleep(min(SETTLE_S, operation.seconds))
        used = party.server.cpu_s() - before
        if counts.succeeded < count:
            say(
                f"{operation.name} on {party.server.name}: {count - counts.succeeded} of {count} failed ({counts})"
            )
        if counts.succeeded >= count * COUNTS_WITH:
            return used / counts.succeeded * 1000
    raise StartError(f"{operation.name} on {party.server.name}: {counts} of {count}")


def medians(
    parties: Mapping[str, Party], operations: Iterable[Operation], rounds: int, say: Callable[[str], None]
) -> dict[tuple[str, str], float]:
    """(operation, party) → the median cost of `rounds` turns. The parties take turns: a noisy minute hits all."""
    costs: dict[tuple[str, str], list[float]] = {}
    for operation in operations:
        for _ in range(rounds):
            for name, party in parties.items():
                costs.setdefault((operation.name, name), []).append(cost_of(party, operation, say))
        for name in parties:
            turns = ", ".join(f"{cost:.3f}" for cost in costs[operation.name, name])
            say(f"{operation.name}: {name} {turns}")
    return {key: statistics.median(values) for key, values in costs.items()}


def highest_rate(party: Party, kind: str, rates: Iterable[int], seconds: float) -> int:
    """The highest of these rates at which at most 0.1 % fail and sipp keeps its pace; 0 for none.

    A rate that fails is tried again, twice at most: the machine may have been busy with something else.
    """
    best = 0
    for rate in rates:
        if not any(_is_borne(party, kind, rate, seconds) for _ in range(TRIES)):
            break
        best = rate
    return best


def _is_borne(party: Party, kind: str, rate: int, seconds: float) -> bool:
    count = round(rate * seconds)
    counts = party.site.offer(kind, rate, count)
    time.sleep(min(SETTLE_S, seconds))
    in_time = counts.took_s <= seconds * 1.2 + 2
    return in_time and counts.succeeded >= count * (1 - FAILED_AT_MOST)
