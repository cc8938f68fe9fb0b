"""What a colleague's lamp shows: computed from the calls that are up, never from what has happened.

Two shared tables hold the calls: `ringing` (pickup reads it, too) and `talking`. Whoever changes them says so for the
tenant, if somebody watches it; the notifier (notifier.py) then looks at the tables. So nobody has to keep count of
events, and what a lamp shows after a restart is what is.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState
from naisen.edge.dialog_info import Identity, LampDialog

WATCHED = "watched"
"""Tenants in which somebody watches; only the notifier writes it."""
CHANGED = "lamps_changed"
"""Tenants whose calls have changed since the notifier looked last; and DEVICES."""
DEVICES = "devices"
"""In CHANGED: a device may have lost what it was allowed."""
TALKING = "talking"
"""Every answered call: tenant, the caller's person, the callee's person (0: none of ours)."""

Target = tuple[str, int]
"""What is watched: ('person', its id) or ('department', its id)."""
Lit = dict[Target, tuple[LampDialog, ...]]


class Marking(Protocol):
    """What the calls' side needs of the shared tables."""

    def noted(self, table: str, key: str) -> str:
        """The text that is kept there, '' without one."""

    def set_text(self, table: str, key: str, value: str) -> None:
        """Put a text into a shared table."""

    def remove(self, table: str, key: str) -> None:
        """Take an entry out."""


def changed(tables: Marking, tenant_id: int) -> None:
    """Say that the tenant's calls are not what they were. Costs one look into memory where nobody watches."""
    if tables.noted(WATCHED, str(tenant_id)):
        tables.set_text(CHANGED, str(tenant_id), "1")


def note_talking(tables: Marking, state: CallState) -> None:
    """The call has been answered."""
    tables.set_text(TALKING, key(state.record), _talking(state))
    changed(tables, state.record.tenant_id)


def note_end(tables: Marking, state: CallState) -> None:
    """The answered call is over."""
    tables.remove(TALKING, key(state.record))
    changed(tables, state.record.tenant_id)


def remember(tables: Marking, states: Iterable[CallState]) -> None:
    """Note the calls that were up when the edge was started."""
    for state in states:
        tables.set_text(TALKING, key(state.record), _talking(state))


def key(record: CallRecord) -> str:
    """Names a call. A phone that gives two calls one Call-ID mixes up its own lamp, and nobody else's."""
    return f"{record.tenant_id}:{record.caller_device_id or 0}:{record.call_id}"


def _talking(state: CallState) -> str:
    record = state.record
    answered = [leg for leg in state.legs if leg.result == "answered"]
    callee = answered[-1].person_id if answered else record.called_person_id
    return f"{record.tenant_id} {record.caller_person_id or 0} {callee or 0}"


# -- the notifier's side


def lit(ringing: Mapping[str, str], talking: Mapping[str, str]) -> Lit:
    """Every person and department that has a call, with its calls. What is missing is free.

    While it rings, both sides see who the other one is; who talks with whom is not for all colleagues to know, nor
    which number outside somebody dials.
    """
    found: dict[Target, list[LampDialog]] = defaultdict(list)
    for text in ringing.values():
        _add_ringing(found, json.loads(text))
    for name, text in talking.items():
        _tenant, caller, callee = (int(number) for number in text.split())
        for person, direction in ((caller, "initiator"), (callee, "recipient")):
            if person:
                found["person", person].append(LampDialog(_id(name, direction), direction, "confirmed"))
    return {target: tuple(sorted(dialogs, key=lambda dialog: dialog.id)) for target, dialogs in found.items()}


def _add_ringing(found: dict[Target, list[LampDialog]], call: dict[str, object]) -> None:
    caller, people, shown, called = call["by"], call["people"], call["from"], call["to"]
    name = str(call["call"])
    if isinstance(caller, int):
        other = Identity("", called) if isinstance(called, str) and called else None
        found["person", caller].append(LampDialog(_id(name, "initiator"), "initiator", "early", other))
    if not (isinstance(people, list) and isinstance(shown, list)):
        return
    remote = Identity(str(shown[0]), str(shown[1]))
    dialog = LampDialog(_id(name, "recipient"), "recipient", "early", remote)
    for person in people:
        found["person", person].append(dialog)
    if call["kind"] == "department" and isinstance(call["id"], int):
        found["department", call["id"]].append(dialog)


def _id(name: str, direction: str) -> str:
    """The dialog's name in documents: tells nothing of the call, whose Call-ID is not for watchers."""
    return direction[0] + hashlib.blake2s(name.encode(), digest_size=8).hexdigest()


def with_ended(now: tuple[LampDialog, ...], before: tuple[LampDialog, ...]) -> tuple[LampDialog, ...]:
    """The dialogs of now, and those of before that are over, said once more as terminated."""
    still = {dialog.id for dialog in now}
    ended = (
        LampDialog(dialog.id, dialog.direction, "terminated") for dialog in before if dialog.id not in still
    )
    return (*now, *ended)
