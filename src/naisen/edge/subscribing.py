"""SUBSCRIBE: a phone wants to be told of a colleague's calls (RFC 4235) or of its own messages (RFC 3842)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from naisen.edge.authentication import Devices, authenticate
from naisen.edge.calls import dialled
from naisen.edge.capabilities import ALLOW_EVENTS
from naisen.edge.dialog_info import CONTENT_TYPE as DIALOG_INFO
from naisen.edge.engine import Authenticator, Uri
from naisen.edge.message_summary import CONTENT_TYPE as SUMMARY
from naisen.edge.refusals import WHY_NOT_WORDS
from naisen.edge.subscription import DIALOG, MESSAGES, PACKAGES, Subscription
from naisen.routing import Called, Device

SUBSCRIBED = "subscribed"
"""Shared table: subscriptions that are new, renewed or over, by their tag, for the notifier."""
MAX_EXPIRES_S = 3600
MAX_PER_DEVICE = 250
"""Subscriptions of one device at once: two of the largest key modules, and some to spare."""
CONTENT_TYPES = {DIALOG: DIALOG_INFO, MESSAGES: SUMMARY}

_EVENT = re.compile(r"\s*([A-Za-z0-9.!%*_+`'~-]+)\s*((?:;.*)?)\Z")
_EVENT_ID = re.compile(r";\s*id\s*=\s*([A-Za-z0-9.!%*_+`'~-]{1,64})\s*(?:;|\Z)")
_CONTACT = re.compile(r"""[^<>"]*(?:"[^"]*"\s*)?<(sips?:[\x21\x23-\x3b\x3d\x3f-\x7e]{1,250})>""")
_BARE_CONTACT = re.compile(r"(sips?:[\x21\x23-\x3a\x3d\x3f-\x7e]{1,250})(?:;|\Z)")
_URI = re.compile(r"sips?:[\x21\x23-\x3b\x3d\x3f-\x7e]{1,250}\Z")
_TAG = re.compile(r"[A-Za-z0-9.!%*_+`'~-]{1,128}\Z")
_CALL_ID = re.compile(r"[\x21-\x7e]{1,254}\Z")
_EXTENSION = re.compile(r"[0-9]{1,7}\Z")


class Subscriber(Authenticator, Protocol):
    """What a SUBSCRIBE needs besides."""

    def header(self, name: str) -> str:
        """The first header of that name, '' without one."""

    def from_uri(self) -> Uri:
        """Who asks, as the phone says."""

    def called_uri(self) -> Uri:
        """What is asked for: the Request-URI."""

    def is_us(self, host: str) -> bool:
        """Whether that is one of our own addresses."""

    def call_id(self) -> str:
        """The Call-ID, at most 255 characters."""

    def contacts(self) -> str:
        """Every Contact of the request, separated by commas."""

    def from_tag(self) -> str:
        """From's tag."""

    def to_tag(self) -> str:
        """To's tag, '' without one."""

    def own_uri(self) -> str:
        """From's URI, as it was sent."""

    def their_uri(self) -> str:
        """To's URI, as it was sent."""

    def cseq(self) -> int:
        """The request's number."""

    def now_ms(self) -> int:
        """The time in ms since 1970."""

    def accept_subscription(self, subscription: Subscription, expires_s: int) -> None:
        """Answer 200 with the subscription's own tag."""


class SubscriptionDirectory(Devices, Protocol):
    """The directory's part."""

    def called(self, domain: str, digits: str) -> Called | None:
        """Whose number that is."""

    def add_subscription(self, subscription: Subscription, most: int) -> bool:
        """Keep a new one; False where the device has `most` already."""

    def renew_subscription(self, renewed: Subscription) -> Subscription | None:
        """Keep its new end, addresses and CSeq; the whole of it, None where there is no such one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a SUBSCRIBE asks for."""

    event: str
    event_id: str
    expires_s: int
    contact: str


@dataclass(frozen=True, slots=True)
class No:
    """A refusal."""

    code: int
    words: str
    headers: Sequence[str] = ()


def answer_subscribe(
    engine: Subscriber, directory: SubscriptionDirectory, min_expires_s: int, *, is_renewal: bool
) -> None:
    """Accept a subscription and leave its NOTIFY to the notifier, or refuse. Raises DirectoryUnavailable.

    1. An event that we have? Else 489 (RFC 6665 4.2.1.1). 2. Who asks: as for an INVITE. 3. A form that we can
    answer? 4. `is_renewal` (a To-tag): an own subscription, else 481. 5. Or a new one: a person or department of the
    tenant, else 404; messages: one's own, else 403.
    """
    package = _EVENT.match(engine.header("Event"))
    if not package or package[1] not in PACKAGES:
        engine.reply(489, "Bad Event", (f"Allow-Events: {ALLOW_EVENTS}",))
        return
    identity = engine.from_uri()
    device = authenticate(engine, directory, identity.user, identity.host, or_by_number=True)
    if device is None:
        return
    refusal = _may_not(device)
    wish = refusal or _wish(engine, package, min_expires_s)
    if isinstance(wish, No):
        engine.reply(wish.code, wish.words, wish.headers)
    elif is_renewal:
        _renew(engine, directory, device, wish)
    else:
        _begin(engine, directory, device, wish)


def _may_not(device: Device) -> No | None:
    if not device.may_register:
        return No(403, WHY_NOT_WORDS.get(device.why_not or "", "Forbidden"))
    if device.login_only or device.person_id is None:
        return No(403, WHY_NOT_WORDS["login_only"])
    return None


def _wish(engine: Subscriber, package: re.Match[str], min_expires_s: int) -> Wish | No:
    given, accepted = engine.header("Expires").strip(), engine.header("Accept")
    contacts = engine.contacts()
    contact = _CONTACT.match(contacts) or _BARE_CONTACT.match(contacts)
    if not contact or len(re.findall(r"sips?:", contacts, re.IGNORECASE)) > 1:
        return No(400, "Bad Contact")
    if given and not re.fullmatch(r"[0-9]{1,10}", given):
        return No(400, "Bad Expires")
    expires_s = min(int(given), MAX_EXPIRES_S) if given else MAX_EXPIRES_S
    if 0 < expires_s < min_expires_s:
        return No(423, "Interval Too Brief", (f"Min-Expires: {min_expires_s}",))
    if not _accepts(accepted, CONTENT_TYPES[package[1]]):
        return No(406, "Not Acceptable", (f"Accept: {CONTENT_TYPES[package[1]]}",))
    if not (
        _CALL_ID.match(engine.call_id())
        and _TAG.match(engine.from_tag())
        and all(_URI.match(uri) for uri in (engine.own_uri(), engine.their_uri()))
    ):
        return No(400, "Bad Dialog")
    event_id = _EVENT_ID.search(package[2])
    return Wish(package[1], event_id[1] if event_id else "", expires_s, contact[1])


def _accepts(header: str, content_type: str) -> bool:
    wanted = {one.partition(";")[0].strip().lower() for one in header.split(",")}
    return not header.strip() or bool(wanted & {content_type, "application/*", "*/*"})


def _begin(engine: Subscriber, directory: SubscriptionDirectory, device: Device, wish: Wish) -> None:
    number = dialled(engine.called_uri(), device.domain, engine.is_us)
    target = _watched(directory, device, number) if wish.event == DIALOG else _mailbox(engine, device, number)
    if isinstance(target, No):
        engine.reply(target.code, target.words)
        return
    kind, target_id, user = target
    subscription = _subscription(engine, device, wish, secrets.token_hex(8), f"sip:{user}@{device.domain}")
    subscription = replace(subscription, kind=kind, target_id=target_id)
    if wish.expires_s and not directory.add_subscription(subscription, MAX_PER_DEVICE):
        engine.reply(403, "Too Many Subscriptions")
        return
    _accept(engine, subscription, wish)


def _renew(engine: Subscriber, directory: SubscriptionDirectory, device: Device, wish: Wish) -> None:
    tag = engine.to_tag()
    renewed = (
        directory.renew_subscription(_subscription(engine, device, wish, tag, ""))
        if _TAG.match(tag)
        else None
    )
    if renewed is None:
        engine.reply(481, "Subscription Does Not Exist")
        return
    _accept(engine, renewed, wish)


def _accept(engine: Subscriber, subscription: Subscription, wish: Wish) -> None:
    engine.accept_subscription(subscription, wish.expires_s)
    engine.set_text(SUBSCRIBED, subscription.local_tag, subscription.to_text())


def _watched(directory: SubscriptionDirectory, device: Device, number: str) -> tuple[str, int, str] | No:
    called = directory.called(device.domain, number) if _EXTENSION.match(number) else None
    if called is None or called.kind not in ("person", "department"):
        return No(404, "Not Found")
    return called.kind, called.target_id, number


def _mailbox(engine: Subscriber, device: Device, number: str) -> tuple[str, int, str] | No:
    """Phones ask with their login, their extension, or the domain alone."""
    uri = engine.called_uri()
    if number not in (device.login, device.extension) and (uri.user or uri.host != device.domain):
        return No(403, "Not Your Mailbox")
    return "mailbox", device.person_id or 0, device.extension


def _subscription(engine: Subscriber, device: Device, wish: Wish, tag: str, entity: str) -> Subscription:
    return Subscription(
        local_tag=tag,
        remote_tag=engine.from_tag(),
        call_id=engine.call_id(),
        event=wish.event,
        event_id=wish.event_id,
        tenant_id=device.tenant_id,
        device_id=device.device_id,
        login=device.login,
        domain=device.domain,
        kind="",
        target_id=0,
        entity=entity,
        remote_uri=engine.own_uri(),
        local_uri=engine.their_uri(),
        contact=wish.contact,
        sent_to=engine.source().uri,
        cseq=engine.cseq(),
        expires_ms=engine.now_ms() + wish.expires_s * 1000,
    )
