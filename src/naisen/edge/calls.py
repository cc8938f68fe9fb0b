"""A new call: who calls, what routing says, and carrying it out (C-02, C-03, C-09, D-03)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol
from urllib.parse import unquote

from naisen.edge.authentication import Devices, authenticate
from naisen.edge.call_record import CallRecord
from naisen.edge.engine import Caller, Ringing, RingResult, Uri
from naisen.edge.refusals import WHY_NOT_WORDS, unavailable
from naisen.routing import Called, CallRequest, Device, Refuse, Ring, decide, decision_to_json


class CallDirectory(Devices, Protocol):
    """The directory's part in a call."""

    def called(self, domain: str, digits: str) -> Called | None:
        """The number with the devices that ring for it."""


class _World:
    """Routing's directory: numbers from the database, bindings from Kamailio's memory."""

    def __init__(self, engine: Caller, directory: CallDirectory) -> None:
        self._engine = engine
        self.called = directory.called

    def registered(self, domain: str, login: str) -> bool:
        """Whether the device has a binding."""
        return self._engine.is_registered(login, domain)


def answer_invite(engine: Caller, directory: CallDirectory, keep: Callable[[CallRecord], None]) -> None:
    """Answer a new INVITE: challenge it, refuse it or ring. `keep` takes the record of a refused call.

    The record of a call that rings is written when it ends, from the note that goes along with it.
    Raises DirectoryUnavailable.
    """
    started_ms = engine.now_ms()
    identity = engine.from_uri()
    device = authenticate(engine, directory, identity.user, identity.host)
    if device is None:
        return
    request = CallRequest(device, dialled(engine.called_uri(), device.domain, engine.is_us))
    decision = decide(request, _World(engine, directory))
    record = _record_of(engine, request, started_ms)
    record = replace(record, decision=decision_to_json(decision), called_person_id=_person_called(decision))
    if isinstance(decision, Refuse):
        engine.reply(decision.code, WHY_NOT_WORDS.get(decision.reason, "Forbidden"))
        keep(record.refused(decision.code, decision.reason, engine.now_ms()))
    else:
        _ring(engine, device, decision, record, keep)


def dialled(uri: Uri, domain: str, is_us: Callable[[str], bool]) -> str:
    """The digits that were dialled, or '' where the URI names something that is not this tenant's.

    A phone escapes `#` as %23 (RFC 3261 25.1).
    """
    if uri.host and uri.host != domain and not is_us(uri.host):
        return ""
    return unquote(uri.user)


def _ring(
    engine: Caller, device: Device, decision: Ring, record: CallRecord, keep: Callable[[CallRecord], None]
) -> None:
    ringing = Ringing(
        logins=tuple(target.login for target in decision.targets),
        domain=device.domain,
        timeout_s=decision.timeout_s,
        shown_name=device.display_name,
        shown_uri=f"sip:{device.extension}@{device.domain}",
        one_decline_ends=decision.one_decline_ends,
        note=record.to_note(),
    )
    result = engine.ring(ringing)
    if result is RingResult.NO_MEDIA_RELAY:
        # A call that nobody can hear is worse than one that is tried again: the relay is back in a second.
        unavailable(engine)
        keep(record.refused(503, "no_media_relay", engine.now_ms()))
    elif result is RingResult.NOBODY:
        engine.reply(480, WHY_NOT_WORDS["not_registered"])
        keep(record.refused(480, "not_registered", engine.now_ms()))


def _person_called(decision: Ring | Refuse) -> int | None:
    return decision.called_id if decision.called_kind == "person" else None


def _record_of(engine: Caller, request: CallRequest, started_ms: int) -> CallRecord:
    caller = request.caller
    return CallRecord(
        tenant_id=caller.tenant_id,
        call_id=engine.call_id(),
        caller_device_id=caller.device_id,
        caller_person_id=caller.person_id,
        caller_number=caller.extension,
        caller_name=caller.display_name,
        called_number=request.digits[:32],
        caller_at=engine.source().uri,
        started_ms=started_ms,
    )
