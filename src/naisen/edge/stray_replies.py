"""Replies that belong to no transaction of ours."""

from typing import Protocol

from naisen.edge.call_state import parties_of
from naisen.edge.engine import Address


class StrayReply(Protocol):
    """What is asked about such a reply."""

    def is_success_of_invite(self) -> bool:
        """Whether it is a 2xx to an INVITE."""

    def is_known_dialog(self) -> bool:
        """Whether Call-ID and tags are those of a call of ours."""

    def note(self) -> str:
        """What is kept with the dialog."""

    def source(self) -> Address:
        """Where it came from."""


def may_pass(reply: StrayReply) -> bool:
    """Whether to forward a reply although its transaction is gone.

    Kamailio would forward any, to whatever its second Via says. One alone has a reason to: the callee says 200
    again because the ACK was lost while we were started anew (the caller's next ACK finds its way by the
    dialog). Anything else is dropped.
    """
    if not (reply.is_success_of_invite() and reply.is_known_dialog()):
        return False
    note = reply.note()
    return bool(note) and parties_of(note).callee_at == reply.source().uri
