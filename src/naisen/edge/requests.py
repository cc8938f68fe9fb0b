"""Where a request goes: the edge's one dispatch."""

from collections.abc import Callable
from typing import Protocol

from naisen.edge import capabilities, screening
from naisen.edge.call_record import CallRecord
from naisen.edge.calls import CallDirectory, answer_invite
from naisen.edge.carrier_calls import LineDirectory, answer_carrier, trunks_at
from naisen.edge.engine import Engine
from naisen.edge.in_dialog import relay_in_dialog
from naisen.edge.registration import Registered, answer_register
from naisen.edge.subscribing import Subscriber, SubscriptionDirectory, answer_subscribe
from naisen.edge.transfer import RunningCalls, answer_replacing


class EdgeDirectory(CallDirectory, LineDirectory, RunningCalls, Registered, SubscriptionDirectory, Protocol):
    """All that the edge asks of the database."""


class Edge(Engine, Subscriber, Protocol):
    """All that the edge asks of the engine."""


def answer_request(
    engine: Edge,
    directory: EdgeDirectory,
    keep: Callable[[CallRecord], None],
    min_expires_s: int,
    *,
    is_screened: bool = False,
) -> None:
    """Answer, relay or drop the request in hand. Raises DirectoryUnavailable.

    `is_screened`: kamailio.cfg has done so already.
    """
    if not is_screened and not screening.passes(engine):
        return
    method = engine.method()
    if method == "CANCEL":
        if not engine.relay_cancel():
            engine.reply(481, "Call Does Not Exist")
    elif engine.is_repeated():
        pass  # the transaction has sent its last answer again
    elif method == "SUBSCRIBE":
        answer_subscribe(engine, directory, min_expires_s, is_renewal=engine.is_in_dialog())
    elif engine.is_in_dialog():
        relay_in_dialog(engine)
    elif method == "ACK":
        engine.be_silent()
    elif method == "REGISTER":
        answer_register(engine, directory, min_expires_s)
    elif method == "INVITE":
        _answer_call(engine, directory, keep)
    elif method == "OPTIONS":
        engine.reply(200, "OK", capabilities.ANSWER_TO_OPTIONS)
    else:
        engine.reply(405, "Method Not Allowed", (f"Allow: {capabilities.ALLOWED}",))


def _answer_call(engine: Engine, directory: EdgeDirectory, keep: Callable[[CallRecord], None]) -> None:
    trunks = trunks_at(engine)
    replaces = engine.header("Replaces")
    if trunks:
        answer_carrier(engine, directory, trunks, keep)
    elif replaces:
        answer_replacing(engine, directory, replaces, keep)
    else:
        answer_invite(engine, directory, keep)
