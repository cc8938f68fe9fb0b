"""Pickup (C-05): a call that rings elsewhere gets one more branch, the picker's phone, which answers by itself.

The picker's own INVITE is ended first, so that a phone with one line is free to be called.
"""

import json
from typing import Protocol

from naisen.edge import lamps
from naisen.edge.call_record import to_json
from naisen.edge.call_state import CallState
from naisen.edge.placing import Appearance
from naisen.routing import Device, PickUp, Ring

RINGING = "ringing"
"""Shared table: what rings now, by its transaction (`ringing`)."""


class Picker(Protocol):
    """What a pickup asks of the engine."""

    def ringing_calls(self) -> dict[str, str]:
        """Every call that rings now: its transaction → what is kept of it."""

    def join(self, transaction: str, device: Device, appearance: Appearance | None) -> bool:
        """Ring the device as one more branch of that call; False where the call has just ended."""

    def reply(self, code: int, words: str, headers: tuple[str, ...] = ()) -> None:
        """Answer the picker's INVITE."""


def ringing(state: CallState, ring: Ring, appearance: Appearance, now_ms: int) -> str:
    """What pickers and lamps must know of a call that rings at phones of ours, as text."""
    people = sorted({target.person_id for target in ring.targets if target.person_id is not None})
    record = state.record
    return to_json(
        {
            "tenant": record.tenant_id,
            "call": lamps.key(record),
            "by": record.caller_person_id,
            "to": f"sip:{record.called_number}@{state.domain}",
            "kind": ring.called_kind,
            "id": ring.called_id,
            "people": people,
            "since": now_ms,
            "from": [appearance.name, appearance.uri, appearance.asserted_uri, appearance.is_private],
        }
    )


def dialling(state: CallState, now_ms: int) -> str:
    """The same of a call to outside: nobody can pick it up, and its number is not for colleagues to see."""
    record = state.record
    return to_json(
        {
            "tenant": record.tenant_id,
            "call": lamps.key(record),
            "by": record.caller_person_id,
            "to": "",
            "kind": "outside",
            "id": 0,
            "people": [],
            "since": now_ms,
            "from": None,
        }
    )


def pick_up(engine: Picker, device: Device, wanted: PickUp) -> bool:
    """Give the device the call that has rung longest there; False where nothing rings (it is not answered then)."""
    calls = {name: json.loads(text) for name, text in engine.ringing_calls().items()}
    found = [
        (call["since"], name, call)
        for name, call in calls.items()
        if call["tenant"] == device.tenant_id and _is_wanted(call, wanted)
    ]
    if not found:
        return False
    engine.reply(487, "Picking Up")
    return any(
        engine.join(name, device, _appearance(call)) for _, name, call in sorted(found, key=lambda f: f[0])
    )


def _is_wanted(call: dict[str, object], wanted: PickUp) -> bool:
    if wanted.kind == "departments":
        return call["kind"] == "department" and call["id"] in wanted.ids
    people = call["people"]
    return isinstance(people, list) and bool(set(wanted.ids) & set(people))


def _appearance(call: dict[str, object]) -> Appearance | None:
    given = call["from"]
    return Appearance(*given) if isinstance(given, list) else None
