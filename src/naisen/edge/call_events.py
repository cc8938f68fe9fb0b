"""How calls end: failure routes and dialog events become the caller's answer and the call's one record."""

import json
from collections.abc import Callable
from dataclasses import asdict

from naisen.edge.call_record import CallRecord, from_note
from naisen.edge.engine import Ending
from naisen.edge.outcome import Outcome, outcome_of

Keep = Callable[[CallRecord], None]


def on_failure(engine: Ending) -> None:
    """Every phone has said no, or the time is up: decide what the caller hears, note it for the record."""
    code, words = engine.status()
    outcome = outcome_of(
        code,
        words,
        is_cancelled=engine.is_cancelled(),
        has_rung=engine.has_rung(),
        is_timeout=engine.is_timeout(),
    )
    engine.end_media()
    engine.set_outcome_note(json.dumps(asdict(outcome)))
    if outcome.result != "cancelled" and (outcome.code, outcome.words) != (code, words):
        engine.answer_caller(outcome.code, outcome.words)


def on_dialog_event(engine: Ending, event: str, keep: Keep) -> None:
    """The dialog was answered ('dialog:start'), ended ('dialog:end') or never began ('dialog:failed')."""
    handler = {"dialog:start": _on_start, "dialog:end": _on_end, "dialog:failed": _on_failed}.get(event)
    note = engine.note() if handler else ""
    if handler and note:
        handler(engine, from_note(note), keep)


def _on_start(engine: Ending, record: CallRecord, keep: Keep) -> None:
    answered = record.answered(engine.answering_branch(), engine.source().uri, engine.now_ms())
    engine.set_note(answered.to_note())


def _on_end(engine: Ending, record: CallRecord, keep: Keep) -> None:
    hung_up_by = engine.hung_up_by()
    if hung_up_by == "system":
        engine.end_media()
    keep(record.ended(hung_up_by, engine.now_ms()))


def _on_failed(engine: Ending, record: CallRecord, keep: Keep) -> None:
    note = engine.outcome_note()
    code, words = engine.status()
    outcome = Outcome(**json.loads(note)) if note else Outcome(code or 500, words, "failed", "system")
    keep(record.failed(outcome.code, outcome.result, outcome.hung_up_by, engine.now_ms()))
