"""What Kamailio holds in memory of carriers: where their calls come from, and our registrations with them (rule 3)."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from naisen.edge.trunks import SOURCES

ONLINE = 4  # a flag of Kamailio's uac registrations: the carrier has said 200


class Memory(Protocol):
    """Kamailio's memory."""

    def table(self, table: str) -> dict[str, str]:
        """Everything in a shared table."""

    def set_text(self, table: str, key: str, value: str) -> None:
        """Put a text into a shared table."""

    def remove(self, table: str, key: str) -> None:
        """Take an entry out."""

    def command(self, method: str, *parameters: str | int) -> str:
        """Run one of Kamailio's commands; its JSON answer."""


def load_sources(memory: Memory, sources: Iterable[tuple[str, int]]) -> None:
    """Make the shared table say exactly which trunks each address belongs to; no address is away meanwhile."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for address, trunk_id in sources:
        wanted[address].append(str(trunk_id))
    before = memory.table(SOURCES)
    for address, trunks in wanted.items():
        if before.get(address) != " ".join(trunks):
            memory.set_text(SOURCES, address, " ".join(trunks))
    for address in before.keys() - wanted.keys():
        memory.remove(SOURCES, address)


def reload_registrations(memory: Memory) -> bool:
    """Read the registrations anew; False where that must be tried again (Kamailio takes a new list every 2 s)."""
    return "error" not in json.loads(memory.command("uac.reg_reload") or '{"error": 1}')


def registered_codes(memory: Memory) -> dict[str, bool]:
    """The code of every registering trunk → whether its carrier has accepted our registration."""
    answer = json.loads(memory.command("uac.reg_dump") or "{}")
    found = answer.get("result", [])
    rows = found if isinstance(found, list) else [found]
    return {row["l_uuid"]: bool(int(row["flags"]) & ONLINE) for row in rows if "l_uuid" in row}
