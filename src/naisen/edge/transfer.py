"""Attended transfer: a new call that takes the place of one that is up (INVITE with Replaces, RFC 3891).

The Request-URI that comes with it is a phone's own address, which says nothing here: the call goes to the party
that the header names, and only where that call is up and of the caller's own tenant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from naisen.edge import limits
from naisen.edge.authentication import Devices, authenticate
from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState, Leg, state_from_note
from naisen.edge.calls import state_of
from naisen.edge.changing import replace
from naisen.edge.engine import Caller
from naisen.edge.placing import Destination, Placed, Placing
from naisen.edge.refusals import unavailable
from naisen.edge.stages import phones_see
from naisen.routing import CallRequest, Device

RING_S = 60
_REPLACES = re.compile(r"\s*([^;\s]+)\s*((?:;[^;]*)*)\Z")
_TOKEN = re.compile(r"[A-Za-z0-9_.!%*+`'~-]{1,128}\Z")
_CALL_ID = re.compile(r"[^\s;,<>\"]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class Replaced:
    """The dialog that a Replaces header names; `to_tag` is the tag of the party that is called now."""

    call_id: str
    to_tag: str
    from_tag: str

    def header(self) -> str:
        """The header's value, as we pass it on."""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}"


@dataclass(frozen=True, slots=True)
class Running:
    """A call that is up: its tags, its phones' own addresses (Contact), and its note."""

    from_tag: str
    to_tag: str
    caller_contact: str
    callee_contact: str
    note: str


class RunningCalls(Devices, Protocol):
    """The directory's part."""

    def running_call(self, call_id: str) -> Running | None:
        """The call of that Call-ID, where it is up."""


def parse_replaces(value: str) -> Replaced | None:
    """The header's value, None where it is none."""
    found = _REPLACES.match(unquote(value) if "%3B" in value.upper() else value)
    if not found:
        return None
    parameters = {
        name.strip().lower(): given.strip()
        for name, _, given in (one.partition("=") for one in found[2].split(";") if one)
    }
    to_tag, from_tag = parameters.get("to-tag", ""), parameters.get("from-tag", "")
    if not (_CALL_ID.match(found[1]) and _TOKEN.match(to_tag) and _TOKEN.match(from_tag)):
        return None
    return Replaced(found[1], to_tag, from_tag)


def answer_replacing(
    engine: Caller, directory: RunningCalls, value: str, keep: Callable[[CallRecord], None]
) -> None:
    """Answer an INVITE with Replaces. Raises DirectoryUnavailable.

    1. Who asks? 2. Which call, and is it one of the tenant's? Else 481, as for one that is not there. 3. The party
    must be a phone of ours: a carrier would not know what to do with it (403).
    """
    started_ms = engine.now_ms()
    identity = engine.from_uri()
    device = authenticate(engine, directory, identity.user, identity.host, or_by_number=True)
    if device is None:
        return
    if not device.may_register or device.login_only:
        engine.reply(403, "Forbidden")
        return
    replaced = parse_replaces(value)
    running = directory.running_call(replaced.call_id) if replaced else None
    party = _party(running, replaced, device) if running and replaced else None
    if replaced is None or party is None:
        engine.reply(481, "Call Does Not Exist")
    elif not party.destination.at:
        engine.reply(403, "Not To A Carrier")
    else:
        _Replacing(engine, keep).begin(device, replaced, party, started_ms)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is called: its phone, and its number in the record."""

    destination: Destination
    number: str


def _party(running: Running, replaced: Replaced, device: Device) -> Party | None:
    state = state_from_note(running.note)
    if state.record.tenant_id != device.tenant_id:
        return None
    record = state.record
    if (replaced.to_tag, replaced.from_tag) == (running.to_tag, running.from_tag):
        at = "" if state.callee_line else record.callee_at
        to = Destination("", running.callee_contact, at, record.answered_device_id, record.called_person_id)
        return Party(to, record.called_number)
    if (replaced.to_tag, replaced.from_tag) == (running.from_tag, running.to_tag):
        at = "" if state.caller_line else record.caller_at
        to = Destination("", running.caller_contact, at, record.caller_device_id, record.caller_person_id)
        return Party(to, record.caller_number)
    return None


@dataclass(frozen=True, slots=True)
class _Replacing:
    engine: Caller
    keep: Callable[[CallRecord], None]

    def begin(self, device: Device, replaced: Replaced, party: Party, started_ms: int) -> None:
        """Place the call. It counts against no limit: it takes the place of one that is up."""
        state = self._state(device, party, started_ms)
        for key in (*state.holds, *state.stage_holds):
            limits.hold(self.engine, key, None)
        self.engine.make_branches([party.destination], device.domain)
        placing = Placing(
            timeout_s=RING_S,
            appearance=phones_see(state, is_hidden=False),
            note=state.to_note(),
            replaces=replaced.header(),
        )
        if self.engine.place(placing) is Placed.RINGING:
            return
        limits.release(self.engine, (*state.holds, *state.stage_holds))
        unavailable(self.engine)
        self.keep(state.finished(state.record.refused(503, "no_media_relay", self.engine.now_ms())))

    def _state(self, device: Device, party: Party, started_ms: int) -> CallState:
        to = party.destination
        state = state_of(self.engine, CallRequest(device, party.number), started_ms)
        held = () if to.device_id is None else (limits.device(to.device_id),)
        return replace(
            state,
            record=replace(state.record, called_person_id=to.person_id),
            legs=(Leg(0, started_ms, to.device_id, to.person_id, branch=0),),
            holds=(limits.device(device.device_id), limits.tenant(device.tenant_id)),
            stage_holds=held,
        )
