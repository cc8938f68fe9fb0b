"""How many calls at once: counters in shared memory, exact under race (R7).

A counter is raised first and compared then, so that of fifty who come at once exactly as many stay as may. What a
call holds is in its state, and given back once: at its end, or earlier by those of its phones that lost it. After a
restart the counters begin with what the stored dialogs hold (`recount`).
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from naisen.edge.call_state import CallState
from naisen.routing import Device

HELD = "calls_held"
YEN_RESERVED = "yen_reserved"
STARTED = "calls_started"
"""Calls by tenant in the minute that began with the first of them (the table's autoexpire)."""


class Counting(Protocol):
    """Shared counters (kamailio.cfg.template)."""

    def count(self, table: str, key: str) -> int:
        """Add one and return the new count."""

    def uncount(self, table: str, key: str) -> int:
        """Take one off and return the new count."""


def device(device_id: int) -> str:
    """The counter of a device's calls, ringing ones too."""
    return f"d{device_id}"


def tenant(tenant_id: int) -> str:
    """The counter of a tenant's calls."""
    return f"t{tenant_id}"


def line(line_id: int) -> str:
    """The counter of a line's calls."""
    return f"l{line_id}"


def hold(counting: Counting, key: str, limit: int | None) -> bool:
    """Raise the counter, or leave it and return False where it is at its limit (None: there is none)."""
    now = counting.count(HELD, key)
    if limit is None or now <= limit:
        return True
    counting.uncount(HELD, key)
    return False


def release(counting: Counting, keys: Iterable[str]) -> None:
    """Give back what was held."""
    for key in keys:
        counting.uncount(HELD, key)


def hold_for_caller(counting: Counting, caller: Device, *, is_emergency: bool) -> tuple[tuple[str, ...], str]:
    """Hold the caller's device and tenant for a new call: (what is held, '') or ((), reason of the refusal).

    Emergency calls count, but nothing holds them up (D-02).
    """
    per = caller.limits
    if counting.count(STARTED, str(caller.tenant_id)) > per.calls_per_minute and not is_emergency:
        return (), "too_many_calls_a_minute"
    held: list[str] = []
    for key, limit, reason in (
        (device(caller.device_id), per.device_calls, "too_many_calls_of_device"),
        (tenant(caller.tenant_id), per.tenant_calls, "too_many_calls"),
    ):
        if not hold(counting, key, None if is_emergency else limit):
            release(counting, held)
            return (), reason
        held.append(key)
    return tuple(held), ""


def recount(counting: Counting, states: Sequence[CallState]) -> None:
    """Raise the counters by what calls hold that were up when the edge was started."""
    for state in states:
        for key in (*state.holds, *state.stage_holds):
            counting.count(HELD, key)
        for _ in range(state.yen_held):
            counting.count(YEN_RESERVED, str(state.record.tenant_id))
