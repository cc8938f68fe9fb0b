"""How calls go on and end: failure routes and dialog events become the next stage, or the call's one record."""

from dataclasses import asdict
from typing import Protocol

from naisen.edge import lamps, limits, spending, trunks
from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState, Leg, state_from_note
from naisen.edge.changing import replace
from naisen.edge.engine import Ending
from naisen.edge.outcome import Outcome, outcome_of
from naisen.edge.placing import Branch, ChallengeAnswer
from naisen.edge.refusals import WHY_NOT_WORDS
from naisen.edge.stages import Refused, StageDirectory, Stages
from naisen.edge.stored_dialog import StoredDialog
from naisen.routing import Dial, Forward, Ring


class Keep(Protocol):
    """Where calls and their records go; raises nothing."""

    def dialog(self, dialog: StoredDialog, note: str, cseq_diff: str) -> None:
        """Keep a call that has been answered."""

    def __call__(self, record: CallRecord, dialog: tuple[int, int] | None = None) -> None:
        """Keep the record, and forget the dialog of that name."""


def on_failure(engine: Ending, directory: StageDirectory) -> None:
    """Every branch has said no, or the time is up: answer the carrier's question, go on, or tell the caller.

    Raises DirectoryUnavailable.
    """
    state, (code, words) = state_from_note(engine.note()), engine.status()
    if code in (401, 407) and _answer_challenge(engine, directory, state):
        return
    state = _with_pickers(engine, state)
    outcome = outcome_of(
        code,
        words,
        is_cancelled=engine.is_cancelled(),
        has_rung=any(engine.branch(leg.branch).rang_ms for leg in state.open_legs if leg.branch is not None),
        is_timeout=engine.is_timeout(),
    )
    engine.stop_ringing()
    lamps.changed(engine, state.record.tenant_id)
    stages = Stages(engine, directory, is_first=False)
    state = stages.give_up_stage(_with_results(engine, state, outcome))
    engine.set_note(state.to_note())  # what was given back is not given back once more, whatever happens next
    forward = _forward(state, outcome, engine.now_ms())
    if forward is not None:
        state, refused = stages.carry_out(state, stages.next_decision(state, forward))
        if refused is None:
            return
        outcome = _outcome_of_refusal(refused)
    engine.end_media()
    engine.set_note(replace(state, outcome=asdict(outcome)).to_note())
    if outcome.result != "cancelled" and (outcome.code, outcome.words) != (code, words):
        engine.answer_caller(outcome.code, outcome.words)


def _answer_challenge(engine: Ending, directory: StageDirectory, state: CallState) -> bool:
    """Once per stage, for a carrier that we have a password of."""
    dial = state.decision
    if not isinstance(dial, Dial) or state.challenged:
        return False
    trunk = directory.trunk(dial.trunk_id)
    if trunk is None or not trunk.auth_ha1:
        return False
    leg = replace(state.legs[-1], branch=state.branches)
    asked = replace(state, legs=(*state.legs[:-1], leg), challenged=True)
    appearance = trunks.appearance(trunk, dial)
    answer = ChallengeAnswer(trunk.realm, trunk.auth_user, trunk.auth_ha1, trunk.address, appearance)
    return engine.answer_challenge(answer, asked.to_note())


def _forward(state: CallState, outcome: Outcome, now_ms: int) -> Forward | None:
    ring = state.decision
    if not isinstance(ring, Ring) or (state.deadline_ms is not None and now_ms >= state.deadline_ms):
        return None
    if outcome.result == "busy":
        return ring.on_busy
    return ring.on_no_answer if outcome.result in ("no_answer", "unavailable") else None


def _outcome_of_refusal(refused: Refused) -> Outcome:
    results = {403: "forbidden", 404: "unknown_number", 486: "busy", 503: "failed"}
    words = WHY_NOT_WORDS.get(refused.reason, "Forbidden")
    result = results.get(refused.code, "unavailable")
    return Outcome(refused.code, words, result, "system", refused.reason)


# -- legs

RESULTS = {486: "busy", 600: "busy", 603: "declined", 607: "declined", 487: "cancelled"}


def _with_pickers(engine: Ending, state: CallState) -> CallState:
    """Those who have joined by pickup are branches after the last one."""
    known = sum(leg.is_pickup for leg in state.legs)
    legs = [
        Leg(state.stage, engine.now_ms(), device, person, branch=state.branches + position, is_pickup=True)
        for position, (device, person) in enumerate(engine.pickers()[known:])
    ]
    return replace(state, legs=(*state.legs, *legs))


def _with_results(engine: Ending, state: CallState, outcome: Outcome, winner: int | None = None) -> CallState:
    """Close every open leg; `winner` is the branch that has answered."""
    now_ms = engine.now_ms()
    legs = [
        leg if leg.result else _closed(leg, engine.branch(leg.branch or 0), outcome, winner, now_ms)
        for leg in state.legs
    ]
    return replace(state, legs=tuple(legs))


def _closed(leg: Leg, branch: Branch, outcome: Outcome, winner: int | None, now_ms: int) -> Leg:
    code = branch.code if winner is None or leg.branch != winner else 200
    if winner is not None and leg.branch == winner:
        result = "answered"
    elif code in RESULTS and not (code == 487 and outcome.result != "cancelled"):
        result = RESULTS[code]
    elif winner is not None:
        result = "lost"
    elif outcome.result == "cancelled":
        result = "cancelled"
    elif code and code not in (408, 487):
        result = "failed" if code >= 500 else "unavailable"
    else:
        result = "no_answer" if branch.rang_ms else "unavailable"
    return replace(leg, rang_ms=branch.rang_ms, ended_ms=now_ms, result=result, code=code)


# -- dialog events


def on_dialog_event(engine: Ending, event: str, keep: Keep) -> None:
    """The dialog was answered ('dialog:start'), ended ('dialog:end') or never began ('dialog:failed')."""
    handler = {"dialog:start": _on_start, "dialog:end": _on_end, "dialog:failed": _on_failed}.get(event)
    note = engine.note() if handler else ""
    if handler and note:
        handler(engine, state_from_note(note), keep)


def _on_start(engine: Ending, state: CallState, keep: Keep) -> None:
    """Who has answered keeps what it holds; the others give it back."""
    engine.stop_ringing()
    branch = engine.answering_branch()
    state = _with_pickers(engine, state)
    answered = Outcome(200, "OK", "answered", "")
    state = _with_results(engine, state, answered, branch)
    leg = next((leg for leg in state.legs if branch is not None and leg.branch == branch), None)
    kept = _keys_kept(state, leg)
    if leg is not None and leg.is_pickup and leg.device_id is not None:
        limits.hold(engine, limits.device(leg.device_id), None)
    limits.release(engine, (key for key in state.stage_holds if key not in kept))
    device, person = (leg.device_id, leg.person_id) if leg else (None, None)
    record = state.record.answered(device, person, engine.source().uri, engine.now_ms())
    state = replace(state, record=record, stage_holds=kept, has_media=engine.has_media())
    note = state.to_note()
    engine.set_note(note)
    lamps.note_talking(engine, state)
    keep.dialog(engine.answered_dialog(), note, engine.cseq_diff())


def _keys_kept(state: CallState, leg: Leg | None) -> tuple[str, ...]:
    if leg is None or leg.number:
        return state.stage_holds
    return (limits.device(leg.device_id),) if leg.device_id is not None else ()


def _on_end(engine: Ending, state: CallState, keep: Keep) -> None:
    hung_up_by = engine.hung_up_by()
    if hung_up_by == "system":
        engine.end_media()
    lamps.note_end(engine, state)
    ended = replace(state, record=state.record.ended(hung_up_by, engine.now_ms()))
    record = ended.finished(replace(ended.record, charge_yen=spending.charge(ended)))
    keep(record, engine.dialog_name())
    _give_back(engine, state)


def _on_failed(engine: Ending, state: CallState, keep: Keep) -> None:
    code, words = engine.status()
    outcome = Outcome(**state.outcome) if state.outcome else Outcome(code or 500, words, "failed", "system")
    engine.stop_ringing()
    lamps.changed(engine, state.record.tenant_id)
    record = state.record.failed(outcome.code, outcome.result, outcome.hung_up_by, engine.now_ms())
    keep(state.finished(replace(record, reason=outcome.reason)))
    _give_back(engine, state)


def _give_back(engine: Ending, state: CallState) -> None:
    limits.release(engine, (*state.holds, *state.stage_holds))
    spending.give_back(engine, state.record.tenant_id, state.yen_held)
