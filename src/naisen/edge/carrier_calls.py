"""Calls in from carriers (C-06, C-08): known by where they come from, and by the number that they call."""

from collections.abc import Callable
from typing import Protocol

from naisen.edge import limits
from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState
from naisen.edge.calls import NewCall
from naisen.edge.changing import replace
from naisen.edge.engine import Caller, Screened
from naisen.edge.stages import Refused, StageDirectory
from naisen.edge.trunks import SOURCES
from naisen.routing import Line, LineCall, decide_inbound
from naisen.routing.japan import from_carrier


class LineDirectory(StageDirectory, Protocol):
    """The directory's part in a call from outside."""

    def line_called(self, number: str) -> Line | None:
        """The line that has this number, written Naisen's way."""

    def trunk_of_code(self, code: str) -> int | None:
        """The registering trunk whose contact's user is `code`."""


def trunks_at(engine: Screened) -> frozenset[int]:
    """The trunks that a request may belong to by the address it comes from; none for anybody else's."""
    return frozenset(int(trunk) for trunk in engine.noted(SOURCES, engine.source_host()).split())


def answer_carrier(
    engine: Caller, directory: LineDirectory, trunks: frozenset[int], keep: Callable[[CallRecord], None]
) -> None:
    """Answer an INVITE that came from the address of one of these `trunks`. Raises DirectoryUnavailable.

    1. Whom does it call: the Request-URI's number, or where that is a registration's code the To's. 2. Is that
    a line of one of these trunks? 3. Who calls, as the carrier asserts. 4. Hold the line. 5. What routing says.
    """
    started_ms = engine.now_ms()
    engine.begin_transaction()
    called = engine.called_uri().user
    registered = directory.trunk_of_code(called)
    number = from_carrier(engine.to_uri().user if registered is not None else called)
    line = directory.line_called(number) if number else None
    allowed = trunks & {registered} if registered is not None else trunks
    if line is None or line.trunk_id is None or line.trunk_id not in allowed:
        engine.reply(404, "Not Found")
        return
    state = _state_of(engine, line, started_ms)
    call = NewCall(engine, directory, keep)
    decision = decide_inbound(LineCall(line, line.trunk_id, state.record.caller_number), directory)
    held = (limits.line(line.line_id), limits.tenant(line.tenant_id))
    if not limits.hold(engine, held[0], line.max_calls):
        call.refuse(state.deciding(decision), Refused(486, "line_busy"))
        return
    limits.hold(engine, held[1], None)
    call.begin(replace(state, holds=held), decision)


def _state_of(engine: Caller, line: Line, started_ms: int) -> CallState:
    caller, patience_s = _caller_number(engine), engine.patience_s()
    return CallState(
        record=CallRecord(
            tenant_id=line.tenant_id,
            call_id=engine.call_id(),
            caller_device_id=None,
            caller_person_id=None,
            caller_number=caller[:32],
            caller_name="",
            called_number=line.number,
            caller_at=engine.source().uri,
            started_ms=started_ms,
            direction="inbound",
            line_id=line.line_id,
            trunk_id=line.trunk_id,
        ),
        domain=line.domain,
        shown_uri=f"sip:{caller}@{line.domain}" if caller else "",
        deadline_ms=started_ms + patience_s * 1000 if patience_s else None,
        caller_line=line.number,
    )


def _caller_number(engine: Caller) -> str:
    """The number that calls, '' where it is hidden (RFC 3323) or none."""
    if "id" in {value.strip().lower() for value in engine.header("Privacy").split(";")}:
        return ""
    return from_carrier(engine.from_uri().user)
