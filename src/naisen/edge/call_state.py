"""A call on its way: its record so far, and what the edge must know to go on with it. Kept with the dialog."""

import functools
import json
from dataclasses import dataclass, fields, replace
from typing import Any

from naisen.edge.call_record import CallRecord, from_note, to_json
from naisen.routing import Decision, Dial, Ring, decision_from_json, decision_to_json


@dataclass(frozen=True, slots=True)
class Leg:
    """One attempt to reach a device or a number outside, in its stage (from 0); times in ms since 1970.

    `branch` is its position among the transaction's branches; None: it never was one (busy by its own limit).
    `is_pickup`: the device has joined by pickup.
    `result`: '' while it is open, then answered, lost (another one answered), busy, declined, no_answer,
    cancelled, unavailable or failed.
    """

    stage: int
    started_ms: int
    device_id: int | None = None
    person_id: int | None = None
    number: str = ""
    branch: int | None = None
    rang_ms: int | None = None
    ended_ms: int | None = None
    result: str = ""
    code: int = 0
    is_pickup: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the call's record has it."""
        return {name: getattr(self, name) for name in LEG_FIELDS if name != "branch"}


@dataclass(frozen=True, slots=True)
class CallState:
    """Everything about a call that is up or being set up.

    `shown_name` and `shown_uri`: the caller as phones of ours see it ('' uri: hidden). `deadline_ms`: when the
    caller's patience ends (Expires, RFC 3261 13.2.1). `holds`: counts that the call holds until its end,
    `stage_holds`: those of its present stage (`limits`). `caller_line`, `callee_line`: the number that we are to
    the carrier on that side, '' where it is a phone. `challenged`: the carrier's question has been answered.
    `rate`: seconds and yen of a unit, `yen_held` what the call has reserved (`spending`).
    """

    record: CallRecord
    domain: str
    shown_name: str = ""
    shown_uri: str = ""
    deadline_ms: int | None = None
    legs: tuple[Leg, ...] = ()
    holds: tuple[str, ...] = ()
    stage_holds: tuple[str, ...] = ()
    yen_held: int = 0
    caller_line: str = ""
    callee_line: str = ""
    challenged: bool = False
    rate: tuple[int, str] | None = None
    outcome: dict[str, Any] | None = None

    @property
    def stage(self) -> int:
        """The number of the present stage, from 0."""
        return max(0, len(self.record.decision.get("stages", ())) - 1)

    @property
    def decision(self) -> Decision:
        """What routing has decided for the present stage."""
        return decision_from_json(self.record.decision["stages"][-1])

    def deciding(self, decision: Decision) -> "CallState":
        """The call with one more stage."""
        stages = [*self.record.decision.get("stages", ()), decision_to_json(decision)]
        record = replace(self.record, decision={"stages": stages})
        if isinstance(decision, Ring) and decision.called_kind == "person":
            record = replace(record, called_person_id=decision.called_id)
        if isinstance(decision, Dial):
            record = replace(record, **_outside(record, decision))
        return replace(self, record=record)

    @property
    def branches(self) -> int:
        """How many branches the call's transaction has had."""
        return 1 + max((leg.branch for leg in self.legs if leg.branch is not None), default=-1)

    @property
    def open_legs(self) -> tuple[Leg, ...]:
        """The legs that have no result yet."""
        return tuple(leg for leg in self.legs if not leg.result)

    def to_note(self) -> str:
        """As text, for the dialog."""
        values = ((name, getattr(self, name)) for name in STATE_FIELDS)
        kept = {name: value for name, value in values if value not in (None, "", 0, (), False)}
        legs = [[getattr(leg, name) for name in LEG_FIELDS] for leg in self.legs]
        head = to_json({**kept, "legs": legs})
        return f'{head[:-1]},"record":{self.record.to_note()}}}'

    def finished(self, record: CallRecord) -> CallRecord:
        """The record with the call's legs, ready to be kept."""
        return replace(record, legs=[leg.to_json() for leg in self.legs])


LEG_FIELDS = tuple(field.name for field in fields(Leg))
STATE_FIELDS = tuple(field.name for field in fields(CallState) if field.name not in ("record", "legs"))


def _outside(record: CallRecord, decision: Dial) -> dict[str, Any]:
    direction = "outbound" if record.direction == "internal" else record.direction
    values: dict[str, Any] = {"direction": direction, "shown_number": decision.shown_number}
    if record.direction != "inbound":  # a call in keeps the line that it came in on
        values |= {"line_id": decision.line_id, "trunk_id": decision.trunk_id}
    return values | {"country": decision.country}


@functools.lru_cache(maxsize=64)
def state_from_note(text: str) -> CallState:
    """The inverse of `CallState.to_note`. Raises ValueError, KeyError or TypeError for anything else.

    Remembers the last ones: a BYE asks for it when it comes and when its call has ended.
    """
    values = json.loads(text)
    record = from_note(values.pop("record"))
    legs = tuple(Leg(*leg) for leg in values.pop("legs"))
    for name in ("holds", "stage_holds", "rate"):
        if name in values:
            values[name] = tuple(values[name])
    return CallState(record=record, legs=legs, **values)
