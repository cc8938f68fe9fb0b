"""Running calls of tenants with a daily cap: what they cost counts now, and ends them where the cap is reached."""

from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

from naisen.edge import carriers
from naisen.edge.call_state import CallState
from naisen.edge.limits import YEN_RESERVED
from naisen.edge.spending import RUNNING, Day, beyond_first_unit, cost_so_far

Calls = dict[tuple[int, int], CallState]
Answer = Callable[[str], None]


class Memory(carriers.Memory, Protocol):
    """Kamailio's memory."""

    def now_ms(self) -> int:
        """The time in ms since 1970."""

    def set_count(self, table: str, key: str, value: int) -> None:
        """Put a number into a shared table."""


class Spent(Protocol):
    """The directory's part."""

    def charged_calls(self) -> Calls:
        """Kamailio's ids of every stored dialog that costs something, and its call."""

    def day(self, tenant_id: int) -> Day:
        """What the tenant may spend today, and has spent."""


def end_what_costs_too_much(memory: Memory, directory: Spent, log: Callable[[str], None]) -> None:
    """Note what each tenant's running calls cost; where that reaches the day's cap, end those that cost."""
    # Most companies' calls cost nothing, and then their notes need not be searched.
    if not any(int(yen) > 0 for yen in memory.table(YEN_RESERVED).values()):
        return
    by_tenant: dict[int, Calls] = defaultdict(dict)
    for ids, state in directory.charged_calls().items():
        by_tenant[state.record.tenant_id][ids] = state
    now_ms = memory.now_ms()
    for tenant_id, calls in by_tenant.items():
        memory.set_count(RUNNING, str(tenant_id), beyond_first_unit(calls.values(), now_ms))
        day = directory.day(tenant_id)
        running = sum(cost_so_far(state, now_ms) for state in calls.values())
        if day.cap is not None and day.spent + running >= day.cap:
            log(
                f"tenant {tenant_id} has spent its {day.cap} yen of today: its {len(calls)} call(s) outside end"
            )
            for entry, number in calls:
                memory.command("dlg.end_dlg", entry, number)
