"""The routing rules (C-02, C-03, C-09, D-01, D-03), in the order in which they are asked."""

import re

from naisen.routing.decision import Refuse, Ring, Step, Target
from naisen.routing.directory import Called, CallRequest, Numbers, RingDevice
from naisen.routing.reasons import REFUSALS

DIALLED = re.compile(r"[0-9*#+]{1,32}\Z")
"""What may be dialled at all. Anything else is an unknown number and goes no further (reliability.md)."""


def decide(request: CallRequest, directory: Numbers) -> Ring | Refuse:
    """Decide what becomes of a call.

    1. May the caller call at all? 2. Is the number somebody's? 3. May it ring? 4. Which of its devices,
    other than the caller's own, are registered? Those ring, all at once.
    """
    steps = [_caller_step(request)]
    refusal = _caller_refusal(request)
    if refusal:
        return _refuse(refusal, steps, _refusal_step(refusal))
    called = (
        directory.called(request.caller.domain, request.digits) if DIALLED.match(request.digits) else None
    )
    if called is None:
        return _refuse("unknown_number", steps, Step("number_unknown", (("digits", request.digits),)))
    steps.append(_called_step(called))
    if not called.available:
        reason = "callee_stopped" if called.why_not == "stopped" else "callee_unavailable"
        return _refuse(reason, steps, Step("number_unavailable", (("why", called.why_not or ""),)), called)
    return _ring(request, called, directory, steps)


def _caller_refusal(request: CallRequest) -> str | None:
    if not request.caller.may_register:
        return request.caller.why_not or "unassigned"
    return "login_only" if request.caller.login_only else None


def _ring(request: CallRequest, called: Called, directory: Numbers, steps: list[Step]) -> Ring | Refuse:
    others = [device for device in called.devices if device.device_id != request.caller.device_id]
    if len(others) < len(called.devices):
        steps.append(Step("own_device_left_out", (("login", request.caller.login),)))
    if not others:
        reason = "only_own_device" if called.devices else "no_device"
        return _refuse(reason, steps, Step("no_device"), called)
    ready = [device for device in others if _is_ready(device, request.caller.domain, directory, steps)]
    if not ready:
        return _refuse("not_registered", steps, None, called)
    steps.append(Step("rings", (("devices", len(ready)), ("timeout_s", called.timeout_s))))
    return Ring(
        targets=tuple(
            Target(device.device_id, device.login, device.person_id, device.max_calls) for device in ready
        ),
        timeout_s=called.timeout_s,
        called_kind=called.kind,
        called_id=called.target_id,
        one_decline_ends=called.kind == "person",
        steps=tuple(steps),
    )


def _is_ready(device: RingDevice, domain: str, directory: Numbers, steps: list[Step]) -> bool:
    registered = directory.registered(domain, device.login)
    key = "device_registered" if registered else "device_not_registered"
    steps.append(Step(key, (("login", device.login),)))
    return registered


def _refuse(reason: str, steps: list[Step], last: Step | None, called: Called | None = None) -> Refuse:
    return Refuse(
        code=REFUSALS.get(reason, 403),
        reason=reason,
        called_kind=called.kind if called else None,
        called_id=called.target_id if called else None,
        steps=(*steps, last) if last else tuple(steps),
    )


def _caller_step(request: CallRequest) -> Step:
    caller = request.caller
    values = (("login", caller.login), ("extension", caller.extension), ("name", caller.display_name))
    return Step("caller", values)


def _refusal_step(reason: str) -> Step:
    return Step("caller_login_only") if reason == "login_only" else Step("caller_may_not", (("why", reason),))


def _called_step(called: Called) -> Step:
    return Step("number_is", (("digits", called.digits), ("kind", called.kind), ("id", called.target_id)))
