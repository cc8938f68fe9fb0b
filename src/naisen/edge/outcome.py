"""What the caller hears when nobody answered, and what the record says (D-03)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an unanswered call ended: the code that the caller gets, and the record's words for it.

    `reason` is one of routing's, where a forward came to nothing.
    """

    code: int
    words: str
    result: str
    hung_up_by: str
    reason: str = ""


CANCELLED = Outcome(487, "Request Terminated", "cancelled", "caller")
NO_ANSWER = Outcome(480, "No Answer", "no_answer", "system")
UNREACHABLE = Outcome(480, "Temporarily Unavailable", "unavailable", "system")


def outcome_of(code: int, words: str, *, is_cancelled: bool, has_rung: bool, is_timeout: bool) -> Outcome:
    """What a final answer of the callee's phones means to the caller.

    `code` is the best of what the phones answered (RFC 3261 16.7), `is_timeout` says that it is our own 408.
    Busy stays busy and declined stays as it was sent; what a phone says of itself (404, 407, 5xx, a
    redirect) is «not available» to the caller, for the number is right. A refusal of the media (415, 488)
    is passed on: the caller's phone can act on it.
    """
    if is_cancelled or code == CANCELLED.code:
        return CANCELLED
    if is_timeout or code == 408:
        return NO_ANSWER if has_rung else UNREACHABLE
    if code in (486, 600):
        return Outcome(486, "Busy Here", "busy", "callee")
    if code in (603, 607):
        return Outcome(code, words or "Decline", "declined", "callee")
    if code in (406, 413, 415, 416, 420, 421, 488, 606):
        return Outcome(code, words or "Not Acceptable Here", "failed", "callee")
    return UNREACHABLE
