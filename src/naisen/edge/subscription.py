"""A phone's wish to be told (RFC 6665): who asks, of what, until when, and where it is told."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from naisen.edge.call_record import to_json

DIALOG, MESSAGES = "dialog", "message-summary"
PACKAGES = (DIALOG, MESSAGES)
"""The event packages that we have: RFC 4235, RFC 3842."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription, as `edge.subscription` keeps it.

    `local_tag` is ours, and names it; `remote_tag` and `call_id` are the phone's. `event_id`: the Event header's id,
    '' without one. `kind` and `target_id`: a person or department that is watched, or a 'mailbox' and its person.
    `entity`: the SIP URI of what is watched, `local_uri` and `remote_uri`: To and From of the SUBSCRIBE. `contact`:
    the phone's, `sent_to`: the address that it came from, where NOTIFYs go, whatever its Contact says. `cseq` is the
    SUBSCRIBE's. `expires_ms`: ms since 1970. `notified`: how many NOTIFYs it has had.
    """

    local_tag: str
    remote_tag: str
    call_id: str
    event: str
    event_id: str
    tenant_id: int
    device_id: int
    login: str
    domain: str
    kind: str
    target_id: int
    entity: str
    remote_uri: str
    local_uri: str
    contact: str
    sent_to: str
    cseq: int
    expires_ms: int
    notified: int = 0

    @property
    def target(self) -> tuple[str, int]:
        """What is watched."""
        return self.kind, self.target_id

    @property
    def local_user(self) -> str:
        """The user of what is watched, for our own Contact."""
        return self.entity.removeprefix("sip:").partition("@")[0]

    @property
    def is_on_udp(self) -> bool:
        """Whether the phone has no connection to us that could break."""
        return self.sent_to.endswith(";transport=udp")

    def to_text(self) -> str:
        """As text, for the notifier."""
        return to_json(asdict(self))


COLUMNS = tuple(field.name for field in fields(Subscription) if field.name != "expires_ms")


def from_text(text: str) -> Subscription:
    """The inverse of `Subscription.to_text`. Raises ValueError or TypeError for anything else."""
    return Subscription(**json.loads(text))


def from_row(row: tuple[Any, ...]) -> Subscription:
    """A row of `COLUMNS` and expires_ms."""
    *values, expires_ms = row
    return Subscription(**dict(zip(COLUMNS, values, strict=True)), expires_ms=int(expires_ms))


def notify_headers(
    subscription: Subscription, *, cseq: int, state: str, own_contact: str, content_type: str
) -> str:
    """The headers of a NOTIFY (RFC 6665 4.2.2), but for those that the engine adds.

    `state`: the value of Subscription-State.
    """
    event_id = f";id={subscription.event_id}" if subscription.event_id else ""
    lines = [
        f"From: <{subscription.local_uri}>;tag={subscription.local_tag}",
        f"To: <{subscription.remote_uri}>;tag={subscription.remote_tag}",
        f"Call-ID: {subscription.call_id}",
        f"CSeq: {cseq} NOTIFY",
        f"Contact: <{own_contact}>",
        "Max-Forwards: 70",
        f"Event: {subscription.event}{event_id}",
        f"Subscription-State: {state}",
        f"Content-Type: {content_type}",
        "",
    ]
    return "\r\n".join(lines)
