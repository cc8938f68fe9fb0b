"""Requests within a dialog: only for calls we know, and only to the two parties of that call."""

from naisen.edge.call_state import parties_of
from naisen.edge.engine import InDialog


def relay_in_dialog(engine: InDialog) -> None:
    """Relay to the other party, or refuse.

    An invented To-tag and a Route that names us would pass a stock script unauthenticated: whatever belongs
    to no dialog of ours is answered 481. And where it goes is not the sender's to say: the request is sent
    to the address that the other party called or answered from, whatever its Request-URI holds. A carrier is
    asked for no transfer (REFER): it would call on our account.
    """
    if not engine.is_known_dialog():
        _refuse(engine, 481, "Call Does Not Exist")
        return
    if not engine.follow_route():
        _refuse(engine, 403, "Route Missing")
        return
    call = parties_of(engine.note())
    if engine.is_from_caller():
        _relay(engine, call.callee_at, call.caller_line, call.callee_line, has_media=call.has_media)
    else:
        _relay(engine, call.caller_at, call.callee_line, call.caller_line, has_media=call.has_media)


def _relay(engine: InDialog, to: str, sender_line: str, receiver_line: str, *, has_media: bool) -> None:
    if engine.method() == "REFER" and (sender_line or receiver_line):
        _refuse(engine, 403, "No Transfer With A Carrier")
        return
    engine.relay_within(to, hide_from=receiver_line, hide_answers=sender_line, has_media=has_media)


def _refuse(engine: InDialog, code: int, words: str) -> None:
    if engine.method() == "ACK":  # an ACK is never answered (RFC 3261 17)
        engine.be_silent()
    else:
        engine.reply(code, words)
