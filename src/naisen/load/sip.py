"""The whole measurement of `naisen bench sip`."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from naisen.figures import Figure
from naisen.load.measure import Operation, Party, highest_rate, medians
from naisen.load.servers import Naisen, Plain, Server
from naisen.load.site import Site

COST = "CPU s/1000"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `more_devices`: how many a second Naisen has in its database besides; 0: there is none.

    The rates are tried from the lowest on, each for `rate_s` seconds.
    """

    operations: tuple[Operation, ...]
    rounds: int
    devices: int
    more_devices: int
    call_rates: tuple[int, ...]
    register_rates: tuple[int, ...]
    rate_s: float


WHOLE = Plan(
    operations=(
        Operation("REGISTER at 800/s", "register", 800, 4),
        Operation("call at 100/s", "call", 100, 6),
        Operation("call at 300/s", "call", 300, 4),
        Operation("ring group of 10 at 40/s", "group", 40, 6),
    ),
    rounds=3,
    devices=2_000,
    more_devices=100_000,
    call_rates=(200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600),
    register_rates=(1_000, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000),
    rate_s=4,
)
SHORT = Plan(
    operations=(
        Operation("REGISTER", "register", 400, 0.6),
        Operation("call", "call", 60, 0.8),
        Operation("ring group of 10", "group", 20, 0.6),
    ),
    rounds=1,
    devices=20,
    more_devices=0,
    call_rates=(20,),
    register_rates=(50,),
    rate_s=0.3,
)
"""Tells whether the bench itself works; its figures mean nothing, but are several of the clock's ticks of 10 ms."""


def measure(plan: Plan) -> list[Figure]:
    """Start the servers, measure, stop them. StartError when one does not start or does not do its work."""
    with contextlib.ExitStack() as stack:
        parties = {
            "naisen": stack.enter_context(_party(Naisen(plan.devices))),
            "plain": stack.enter_context(_party(Plain(plan.devices))),
        }
        if plan.more_devices:
            parties["full"] = stack.enter_context(_party(Naisen(plan.devices, plan.more_devices)))
        return [*_costs(plan, parties), *_rates(plan, parties)]


@contextlib.contextmanager
def _party(server: Server) -> Iterator[Party]:
    _say(f"starting {server.name}")
    try:
        server.start()
        folder = server.folder / "sipp"
        folder.mkdir()
        site = Site(server, folder)
        site.register_all()
        yield Party(server, site)
    finally:
        server.stop()


def _costs(plan: Plan, parties: dict[str, Party]) -> Iterator[Figure]:
    costs = medians(parties, plan.operations, plan.rounds, _say)
    for operation in plan.operations:
        name = operation.name
        yield Figure(name, COST, costs[name, "naisen"], costs[name, "plain"])
    for operation in plan.operations if plan.more_devices else ():
        name = operation.name
        with_more = f"{name}, {plan.more_devices:,} devices more"
        yield Figure(with_more, COST, costs[name, "full"], costs[name, "naisen"])


def _rates(plan: Plan, parties: dict[str, Party]) -> Iterator[Figure]:
    for kind, rates in (("call", plan.call_rates), ("register", plan.register_rates)):
        best = {}
        for name in ("naisen", "plain"):
            best[name] = highest_rate(parties[name], kind, rates, plan.rate_s)
            _say(f"{name}: {best[name]} {kind}/s")
        label = "REGISTER" if kind == "register" else kind
        yield Figure(f"highest rate of {label}, 0.1 % failed", "1/s", best["naisen"], best["plain"])


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - what is going on, for whoever waits


def machine() -> str:
    """The machine's load averages, which belong beside every figure."""
    return Path("/proc/loadavg").read_text().rpartition(" ")[0]
