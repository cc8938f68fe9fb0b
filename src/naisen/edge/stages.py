"""A call stage by stage: ring or dial as routing says, and go on where it is forwarded (rule 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from naisen.edge import lamps, limits, pickup, spending, trunks
from naisen.edge.call_state import CallState, Leg
from naisen.edge.changing import replace
from naisen.edge.engine import Placer
from naisen.edge.media_flags import FRONTED_DOMAINS
from naisen.edge.placing import Appearance, Destination, Placed, Placing
from naisen.routing import Decision, Dial, Directory, Forward, Journey, Refuse, Ring, decide_next


class StageDirectory(Directory, Protocol):
    """What routing asks, and what a call to outside needs besides."""

    def trunk(self, trunk_id: int) -> trunks.Trunk | None:
        """The carrier, None where it is gone."""

    def day(self, tenant_id: int) -> spending.Day:
        """What the tenant may spend today, and has spent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a stage could not begin: the caller's answer, unless the call is forwarded."""

    code: int
    reason: str
    forward: Forward | None = None


@dataclass(frozen=True, slots=True)
class Stages:
    """Carries one call's decisions out. `is_first`: in the INVITE's own route, else in its failure route."""

    engine: Placer
    directory: StageDirectory
    is_first: bool

    def carry_out(self, state: CallState, decision: Decision) -> tuple[CallState, Refused | None]:
        """Begin a stage; where it cannot begin and is forwarded, the next one, until one rings.

        Returns the state as it is then, and why nothing rings (None: something does, and the state is with the
        dialog). Raises DirectoryUnavailable with nothing held for a stage.
        """
        while True:
            state, refused = self._begin(state.deciding(decision), decision)
            if refused is None or refused.forward is None:
                return state, refused
            decision = self.next_decision(state, refused.forward)

    def next_decision(self, state: CallState, forward: Forward) -> Decision:
        """What routing says of a forward of the present stage."""
        ring = state.decision
        journey = Journey(
            domain=state.domain,
            tenant_id=state.record.tenant_id,
            caller_device_id=state.record.caller_device_id,
            path=ring.path if isinstance(ring, Ring) else (),
            is_hidden=isinstance(ring, Ring) and ring.is_hidden,
        )
        return decide_next(journey, forward, self.directory)

    def _begin(self, state: CallState, decision: Decision) -> tuple[CallState, Refused | None]:
        if isinstance(decision, Ring):
            return self._ring(state, decision)
        if isinstance(decision, Dial):
            return self._dial(state, decision)
        if isinstance(decision, Refuse):
            return state, Refused(decision.code, decision.reason)
        raise ValueError(f"no stage of a call: {decision}")

    # -- phones

    def _ring(self, state: CallState, ring: Ring) -> tuple[CallState, Refused | None]:
        """1. Hold each phone; one that has as many calls as it may is busy. 2. Find the others. 3. Ring them."""
        free, state = self._hold_phones(state, ring)
        if not free:
            return state, Refused(486, "callee_busy", ring.on_busy)
        found = self.engine.make_branches(free, state.domain)
        state = self._with_branches(state, found)
        placed = self._place(state, self._ringing(state, ring)) if found else Placed.NOBODY
        if placed is Placed.RINGING:
            return state, None
        refused = (
            Refused(503, "no_media_relay")
            if placed is Placed.NO_MEDIA_RELAY
            else Refused(480, "not_registered", ring.on_unregistered)
        )
        return self.give_up_stage(state), refused

    def _hold_phones(self, state: CallState, ring: Ring) -> tuple[list[Destination], CallState]:
        now_ms, free, busy = self.engine.now_ms(), list[Destination](), list[Leg]()
        for target in ring.targets:
            if limits.hold(self.engine, limits.device(target.device_id), target.max_calls):
                free.append(Destination(target.login, device_id=target.device_id, person_id=target.person_id))
            else:
                leg = Leg(state.stage, now_ms, target.device_id, target.person_id)
                busy.append(replace(leg, ended_ms=now_ms, result="busy", code=486))
        held = tuple(limits.device(one.device_id) for one in free if one.device_id is not None)
        return free, replace(state, legs=(*state.legs, *busy), stage_holds=held, callee_line="", rate=None)

    def _ringing(self, state: CallState, ring: Ring) -> Placing:
        appearance = phones_see(state, is_hidden=ring.is_hidden)
        return Placing(
            timeout_s=self._timeout_s(state, ring.timeout_s),
            appearance=appearance,
            note=state.to_note(),
            one_decline_ends=ring.one_decline_ends,
            may_go_on=bool(ring.on_busy or ring.on_no_answer),
            is_mixed=self.engine.counted(FRONTED_DOMAINS, state.domain) > 0,
            ringing=pickup.ringing(state, ring, appearance, self.engine.now_ms()),
            caller_line=state.caller_line,
        )

    # -- carriers

    def _dial(self, state: CallState, dial: Dial) -> tuple[CallState, Refused | None]:
        """1. Where to? 2. Hold the line, and the yen of the first unit; not for an emergency (D-02). 3. Dial."""
        trunk = self.directory.trunk(dial.trunk_id)
        if trunk is None:
            return state, Refused(480, "line_without_trunk")
        state, reason = self._hold_line(state, dial)
        if reason:
            return state, Refused(403, reason)
        appearance = trunks.appearance(trunk, dial)
        found = self.engine.make_branches([trunks.destination(trunk, dial)], state.domain)
        state = replace(self._with_branches(state, found, dial.number), callee_line=appearance.number)
        placing = Placing(
            timeout_s=self._timeout_s(state, dial.timeout_s),
            appearance=appearance,
            note=state.to_note(),
            ringing=pickup.dialling(state, self.engine.now_ms()),
            caller_line=state.caller_line,
        )
        if self._place(state, placing) is Placed.RINGING:
            return state, None
        return self.give_up_stage(state), Refused(503, "no_media_relay")

    def _hold_line(self, state: CallState, dial: Dial) -> tuple[CallState, str]:
        rate = None if dial.is_emergency else dial.rate
        day = self.directory.day(state.record.tenant_id) if rate else None
        key = limits.line(dial.line_id)
        if not limits.hold(self.engine, key, None if dial.is_emergency else dial.line_calls):
            return state, "line_full"
        held = replace(state, stage_holds=(key,), rate=(rate.unit_s, rate.unit_yen) if rate else None)
        if rate is None or day is None:
            return held, ""
        yen = spending.reserve(self.engine, state.record.tenant_id, rate, day)
        if yen is None:
            limits.release(self.engine, (key,))
            return state, "yen_per_day_reached"
        return replace(held, yen_held=yen), ""

    # -- both

    def give_up_stage(self, state: CallState) -> CallState:
        """The call without what its present stage has held."""
        limits.release(self.engine, state.stage_holds)
        spending.give_back(self.engine, state.record.tenant_id, state.yen_held)
        return replace(state, stage_holds=(), yen_held=0)

    def _with_branches(self, state: CallState, found: Sequence[Destination], number: str = "") -> CallState:
        now_ms, stage, first = self.engine.now_ms(), state.stage, state.branches
        legs = (
            Leg(stage, now_ms, one.device_id, one.person_id, number, branch=first + position)
            for position, one in enumerate(found)
        )
        return replace(state, legs=(*state.legs, *legs))

    def _place(self, state: CallState, placing: Placing) -> Placed:
        placed = self.engine.place(placing) if self.is_first else self.engine.place_next(placing)
        lamps.changed(self.engine, state.record.tenant_id)
        return placed

    def _timeout_s(self, state: CallState, timeout_s: int) -> int:
        """The callee's time, or the rest of the caller's patience where that is shorter."""
        if state.deadline_ms is None:
            return timeout_s
        return max(1, min(timeout_s, round((state.deadline_ms - self.engine.now_ms()) / 1000)))


def phones_see(state: CallState, *, is_hidden: bool) -> Appearance:
    """What phones of ours see of the caller: name and extension, or the number outside; nothing where hidden."""
    if is_hidden or not state.shown_uri:
        return Appearance("Anonymous", trunks.ANONYMOUS, "", is_private=True)
    return Appearance(state.shown_name, state.shown_uri, state.shown_uri)
