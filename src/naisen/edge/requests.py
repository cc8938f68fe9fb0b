"""Where a request goes: the edge's one dispatch."""

from collections.abc import Callable

from naisen.edge import screening
from naisen.edge.call_record import CallRecord
from naisen.edge.calls import CallDirectory, answer_invite
from naisen.edge.engine import Engine
from naisen.edge.in_dialog import relay_in_dialog
from naisen.edge.registration import answer_register


def answer_request(
    engine: Engine, directory: CallDirectory, keep: Callable[[CallRecord], None], min_expires_s: int
) -> None:
    """Answer, relay or drop the request in hand. Raises DirectoryUnavailable."""
    if not screening.passes(engine):
        return
    method = engine.method()
    if method == "CANCEL":
        if not engine.relay_cancel():
            engine.reply(481, "Call Does Not Exist")
    elif engine.is_repeated():
        pass  # the transaction has sent its last answer again
    elif engine.is_in_dialog():
        relay_in_dialog(engine)
    elif method == "ACK":
        engine.be_silent()
    elif method == "REGISTER":
        answer_register(engine, directory, min_expires_s)
    elif method == "INVITE":
        answer_invite(engine, directory, keep)
    elif method == "OPTIONS":
        engine.reply(200, "OK", (f"Allow: {screening.ALLOWED}", "Accept: application/sdp"))
    else:
        engine.reply(405, "Method Not Allowed", (f"Allow: {screening.ALLOWED}",))
