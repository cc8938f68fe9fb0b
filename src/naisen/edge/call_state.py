"""A call on its way: its record so far, and what the edge must know to go on with it. Kept with the dialog."""

import functools
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from naisen.edge.call_record import CallRecord, from_note, to_json
from naisen.edge.changing import empty, make, replace
from naisen.routing import Decision, Dial, Ring, decision_from_json, decision_to_json


@dataclass(frozen=True)
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
        values = dict(self.__dict__)
        del values["branch"]
        return values


@dataclass(frozen=True)
class CallState:
    """Everything about a call that is up or being set up.

    `shown_name` and `shown_uri`: the caller as phones of ours see it ('' uri: hidden). `deadline_ms`: when the
    caller's patience ends (Expires, RFC 3261 13.2.1). `holds`: counts that the call holds until its end,
    `stage_holds`: those of its present stage (`limits`). `caller_line`, `callee_line`: the number that we are to
    the carrier on that side, '' where it is a phone. `challenged`: the carrier's question has been answered.
    `rate`: seconds and yen of a unit, `yen_held` what the call has reserved (`spending`). `has_media`: an answer
    had SDP, so that the relay is in the path.
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
    has_media: bool = False

    @property
    def stage(self) -> int:
        """The number of the present stage, from 0."""
        return max(0, len(self.record.stages) - 1)

    @property
    def decision(self) -> Decision:
        """What routing has decided for the present stage."""
        return decision_from_json(json.loads(self.record.stages[-1]))

    def deciding(self, decision: Decision) -> "CallState":
        """The call with one more stage."""
        record = replace(self.record, stages=(*self.record.stages, to_json(decision_to_json(decision))))
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
        """As text, for the dialog.

        A line for requests within the dialog (`Parties`), one for the rest of the state, and one for each stage's
        decision, which is read only where the call goes on to another stage.
        """
        record = self.record
        parties = (
            record.caller_at,
            record.callee_at,
            self.caller_line,
            self.callee_line,
            "m" * self.has_media,
        )
        known = record.known()
        known.pop("stages", None)
        kept = {name: value for name, value in self.__dict__.items() if value}
        legs = [[*leg.__dict__.values()] for leg in self.legs]
        first = "\t".join(parties) + "\t"  # ended so, too, that kamailio.cfg can take its parts
        return "\n".join((first, to_json(kept | {"legs": legs, "record": known}), *record.stages))

    def finished(self, record: CallRecord) -> CallRecord:
        """The record with the call's legs, ready to be kept."""
        return replace(record, legs=[leg.to_json() for leg in self.legs])


class Parties(NamedTuple):
    """Where the two ends of a call are (SIP addresses); which number we are to the carrier on a side, '' for a phone."""

    caller_at: str
    callee_at: str
    caller_line: str
    callee_line: str
    media: str

    @property
    def has_media(self) -> bool:
        """Whether the relay is in the path."""
        return bool(self.media)


def parties_of(note: str) -> Parties:
    """The first line of a note, which is all that most requests within a dialog need. Raises TypeError, if it is none."""
    return Parties(*note.split("\t", 5)[:5])


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
    _, body, *stages = text.split("\n")
    values, _ = _from_json(body)
    values["record"] = from_note(values["record"] | {"stages": stages})
    values["legs"] = tuple(
        [make(Leg, _OF_LEG, dict(zip(_OF_LEG, leg, strict=True))) for leg in values["legs"]]
    )
    for name in ("holds", "stage_holds", "rate"):
        if name in values:
            values[name] = tuple(values[name])
    return make(CallState, _EMPTY, values)


_from_json = json.JSONDecoder().raw_decode
_OF_LEG = empty(Leg)
_EMPTY = empty(CallState)
