"""A new call from one of our phones: who calls, what routing says, and carrying it out (C-02 … C-07, C-09, D-03)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from naisen.edge import limits, pickup
from naisen.edge.authentication import Devices, authenticate
from naisen.edge.call_record import CallRecord
from naisen.edge.call_state import CallState
from naisen.edge.changing import replace
from naisen.edge.engine import Caller, Uri
from naisen.edge.refusals import WHY_NOT_WORDS, unavailable
from naisen.edge.stages import Refused, StageDirectory, Stages
from naisen.routing import CallRequest, Decision, Dial, PickUp, Refuse, decide

Keep = Callable[[CallRecord], None]


class CallDirectory(Devices, StageDirectory, Protocol):
    """The directory's part in a call."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that is being answered; `keep` takes the record of one that is refused.

    The record of a call that rings is written when it ends, from the state that goes along with its dialog.
    """

    engine: Caller
    directory: StageDirectory
    keep: Keep

    def begin(self, state: CallState, decision: Decision) -> None:
        """Carry out what routing says. Raises DirectoryUnavailable with nothing held."""
        try:
            state, refused = Stages(self.engine, self.directory, is_first=True).carry_out(state, decision)
        except BaseException:
            limits.release(self.engine, state.holds)
            raise
        if refused is not None:
            limits.release(self.engine, state.holds)
            self.refuse(state, refused)

    def refuse(self, state: CallState, refused: Refused) -> None:
        """Say no, and keep the record."""
        if refused.code == 503:
            # A call that nobody can hear is worse than one that is tried again: the relay is back in a second.
            unavailable(self.engine)
        else:
            self.engine.reply(refused.code, WHY_NOT_WORDS.get(refused.reason, "Forbidden"))
        self.keep(state.finished(state.record.refused(refused.code, refused.reason, self.engine.now_ms())))


def answer_invite(engine: Caller, directory: CallDirectory, keep: Keep) -> None:
    """Answer a phone's new INVITE: challenge it, refuse it or place the call. Raises DirectoryUnavailable."""
    started_ms = engine.now_ms()
    identity = engine.from_uri()
    device = authenticate(engine, directory, identity.user, identity.host, or_by_number=True)
    if device is None:
        return
    request = CallRequest(device, dialled(engine.called_uri(), device.domain, engine.is_us))
    decision = decide(request, directory)
    state = state_of(engine, request, started_ms)
    call = NewCall(engine, directory, keep)
    if isinstance(decision, PickUp):
        if not pickup.pick_up(engine, device, decision):
            call.refuse(state.deciding(decision), Refused(480, "nothing_to_pick_up"))
        return
    if not isinstance(decision, Refuse):
        is_emergency = isinstance(decision, Dial) and decision.is_emergency
        held, reason = limits.hold_for_caller(engine, device, is_emergency=is_emergency)
        if reason:
            call.refuse(state.deciding(decision), Refused(403, reason))
            return
        state = replace(state, holds=held)
    call.begin(state, decision)


def dialled(uri: Uri, domain: str, is_us: Callable[[str], bool]) -> str:
    """The digits that were dialled, or '' where the URI names something that is not this tenant's.

    A phone escapes `#` as %23 (RFC 3261 25.1).
    """
    if uri.host and uri.host != domain and not is_us(uri.host):
        return ""
    return unquote(uri.user)


def state_of(engine: Caller, request: CallRequest, started_ms: int) -> CallState:
    """The call as it begins."""
    caller, patience_s = request.caller, engine.patience_s()
    return CallState(
        record=CallRecord(
            tenant_id=caller.tenant_id,
            call_id=engine.call_id(),
            caller_device_id=caller.device_id,
            caller_person_id=caller.person_id,
            caller_number=caller.extension,
            caller_name=caller.display_name,
            called_number=request.digits[:32],
            caller_at=engine.source().uri,
            started_ms=started_ms,
        ),
        domain=caller.domain,
        shown_name=caller.display_name,
        shown_uri=f"sip:{caller.extension}@{caller.domain}",
        deadline_ms=started_ms + patience_s * 1000 if patience_s else None,
    )
