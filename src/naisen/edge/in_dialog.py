"""Requests within a dialog: only for calls we know, and only to the two phones of that call."""

from naisen.edge.call_record import from_note
from naisen.edge.engine import InDialog


def relay_in_dialog(engine: InDialog) -> None:
    """Relay to the other party, or refuse.

    An invented To-tag and a Route that names us would pass a stock script unauthenticated: whatever belongs
    to no dialog of ours is answered 481. And where it goes is not the sender's to say: the request is sent
    to the address that the other phone called or answered from, whatever its Request-URI holds.
    """
    if not engine.is_known_dialog():
        _refuse(engine, 481, "Call Does Not Exist")
        return
    if not engine.follow_route():
        _refuse(engine, 403, "Route Missing")
        return
    record = from_note(engine.note())
    engine.relay_within(record.callee_at if engine.is_from_caller() else record.caller_at)


def _refuse(engine: InDialog, code: int, words: str) -> None:
    if engine.method() == "ACK":  # an ACK is never answered (RFC 3261 17)
        engine.be_silent()
    else:
        engine.reply(code, words)
