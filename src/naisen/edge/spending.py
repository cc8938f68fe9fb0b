"""Yen per day: what running calls cost counts before it is written down (R7).

A call that costs reserves its first unit before it is dialled, so that calls which come at once cannot all spend
the same yen: at most one goes beyond the cap. The listener adds what running calls have cost since.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from naisen.edge.call_state import CallState
from naisen.edge.limits import YEN_RESERVED
from naisen.routing import Rate
from naisen.routing.charging import yen_for

RUNNING = "yen_running"


class Purse(Protocol):
    """Shared counters of yen by tenant."""

    def count(self, table: str, key: str) -> int:
        """Add one and return the new count."""

    def uncount(self, table: str, key: str) -> int:
        """Take one off and return the new count."""

    def counted(self, table: str, key: str) -> int:
        """The count, 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a tenant may spend today and what its finished calls have cost, in whole yen. `cap` None: no limit."""

    cap: int | None
    spent: int


def reserve(purse: Purse, tenant_id: int, rate: Rate, day: Day) -> int | None:
    """Reserve a call's first unit; the yen that are reserved, None where the day's are spent."""
    yen, key = math.ceil(Decimal(rate.unit_yen)), str(tenant_id)
    reserved = 0
    for _ in range(yen):
        reserved = purse.count(YEN_RESERVED, key)
    before = reserved - yen if yen else purse.counted(YEN_RESERVED, key)
    if day.cap is None or day.spent + before + purse.counted(RUNNING, key) < day.cap:
        return yen
    give_back(purse, tenant_id, yen)
    return None


def give_back(purse: Purse, tenant_id: int, yen: int) -> None:
    """The call is over, or never began."""
    for _ in range(yen):
        purse.uncount(YEN_RESERVED, str(tenant_id))


def charge(state: CallState) -> str:
    """What the finished call costs, as decimal text; '' for nothing."""
    yen = (
        yen_for(Rate("", *state.rate), state.record.duration_ms)
        if state.rate and state.record.answered_ms
        else 0
    )
    return str(yen) if yen else ""


def cost_so_far(state: CallState, now_ms: int) -> Decimal:
    """What a running call has cost until now."""
    if state.rate is None or not state.record.answered_ms:
        return Decimal(0)
    return yen_for(Rate("", *state.rate), max(0, now_ms - state.record.answered_ms))


def beyond_first_unit(states: Iterable[CallState], now_ms: int) -> int:
    """What these calls have cost besides what they have reserved, in whole yen."""
    return math.ceil(sum(max(Decimal(0), cost_so_far(state, now_ms) - state.yen_held) for state in states))
