"""Messages that wait, as application/simple-message-summary (RFC 3842)."""

from dataclasses import dataclass

CONTENT_TYPE = "application/simple-message-summary"


@dataclass(frozen=True, slots=True)
class Counts:
    """A person's voice messages."""

    new: int
    old: int


def counts_of(person_id: int) -> Counts:
    """The messages that wait for a person: none, since there is no voicemail yet.

    The voicemail's counts belong here, and a change of them into the lamps' `CHANGED` (lamps.changed).
    """
    return Counts(0, 0)


def document(account: str, counts: Counts) -> str:
    """The summary for `account`, the SIP URI that the phone may call to hear its messages."""
    waiting = "yes" if counts.new else "no"
    lines = [
        f"Messages-Waiting: {waiting}",
        f"Message-Account: {account}",
        f"Voice-Message: {counts.new}/{counts.old} (0/0)",
        "",
    ]
    return "\r\n".join(lines)
