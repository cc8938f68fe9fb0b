"""Numbers inside, and the calls that go on from them: who rings, and where to next (C-02, C-03, D-03)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from naisen.routing.decision import Decision, Forward, Ring, Target
from naisen.routing.directory import Called, Directory, Journey, RingDevice
from naisen.routing.japan import outside_number
from naisen.routing.outside import Wish, dial_outside
from naisen.routing.walk import Walk

EXTENSION = re.compile(r"[0-9]{1,7}\Z")
"""What can be an extension (S1-32); longer digits are not looked for inside."""
MOST_NUMBERS = 5
"""How many numbers a call may come to; after that it goes round in circles, or might as well."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a call goes on to from a number, by what happens there."""

    busy: Forward | None = None
    no_answer: Forward | None = None
    unregistered: Forward | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that ring as one: for whom ('person', 'department', 'line'), how long, and what comes after."""

    kind: str
    target_id: int
    timeout_s: int
    devices: tuple[RingDevice, ...]
    onward: Onward = Onward()


def decide_next(journey: Journey, forward: Forward, directory: Directory) -> Decision:
    """Decide where a call goes on to when its stage has ended as `forward` foresaw (busy, no answer …).

    `forward` is one of the last `Ring`'s, and `journey.path` that Ring's path: a call comes to no number twice,
    and to five at most.
    """
    return go_on(Walk(directory, journey), forward)


def called_of(walk: Walk, digits: str) -> Called | None:
    """The tenant's own number of these digits, or None."""
    return walk.directory.called(walk.journey.domain, digits) if EXTENSION.match(digits) else None


def call_number(walk: Walk, called: Called) -> Decision:
    """Decide a call to one of the tenant's own numbers, for its own timeout."""
    walk.say("number_is", digits=called.digits, kind=called.kind, id=called.target_id)
    return call_owner(walk, called, called.timeout_s, None)


def call_owner(walk: Walk, called: Called, timeout_s: int, otherwise: Forward | None) -> Decision:
    """Decide a call to whoever has the number; `otherwise`: where to where they have nothing set themselves.

    1. Stopped: refused, and no forwarding acts (D-03). 2. Everything forwarded: go on. 3. Do not disturb.
    4. Ring.
    """
    walk.arrive_at(called.digits)
    if not called.available:
        walk.say("number_unavailable", why=called.why_not or "")
        return refuse_or(
            walk, "callee_stopped" if called.why_not == "stopped" else "callee_unavailable", called, otherwise
        )
    always = forward_of(called, "always")
    if always:
        return go_on(walk, always)
    if called.do_not_disturb:
        walk.say("do_not_disturb")
        return refuse_or(walk, "callee_dnd", called, otherwise)
    onward = Onward(
        *(forward_of(called, what) or otherwise for what in ("busy", "no_answer", "unregistered"))
    )
    return ring(walk, Group(called.kind, called.target_id, timeout_s, called.devices, onward))


def forward_of(called: Called, what: str) -> Forward | None:
    """A person's forwarding for 'always', 'busy', 'no_answer' or 'unregistered'."""
    digits = getattr(called.forwarding, what)
    return Forward(digits, f"forward_{what}", person_id=called.target_id) if digits else None


def refuse_or(walk: Walk, reason: str, called: Called | None, otherwise: Forward | None) -> Decision:
    """Go on to where a line's calls go that nobody can answer, or refuse where there is no such place."""
    return go_on(walk, otherwise) if otherwise else walk.refuse(reason, called)


def go_on(walk: Walk, forward: Forward) -> Decision:
    """Follow a forwarding: to a number inside, else outside on the line of whoever forwards."""
    walk.say("forwards", why=forward.why, digits=forward.digits)
    number = outside_number(forward.digits)
    place = number.number if number else forward.digits
    if place in walk.journey.path or len(walk.journey.path) >= MOST_NUMBERS:
        walk.say("forward_loop", digits=forward.digits)
        return walk.refuse("forward_loop")
    called = called_of(walk, forward.digits)
    if called:
        return call_number(walk, called)
    if number is None:
        walk.say("number_unknown", digits=forward.digits)
        return walk.refuse("callee_unavailable")
    return dial_outside(
        walk, Wish(number, person_id=forward.person_id, line_id=forward.line_id, is_forward=True)
    )


def ring(walk: Walk, group: Group) -> Decision:
    """Ring the devices of a group that can ring now, all at once; go on or refuse where none can."""
    others = [device for device in group.devices if device.device_id != walk.journey.caller_device_id]
    for device in group.devices:
        if device.device_id == walk.journey.caller_device_id:
            walk.say("own_device_left_out", login=device.login)
    if group.devices and not others:
        return _refuse(walk, "only_own_device", group)
    awake = [device for device in others if not _is_left_alone(walk, device)]
    ready = [device for device in awake if _is_ready(walk, device)]
    if not ready:
        return _nobody(walk, group, others, awake)
    walk.say("rings", devices=len(ready), timeout_s=group.timeout_s)
    return Ring(
        targets=tuple(_target(device) for device in ready),
        timeout_s=group.timeout_s,
        called_kind=group.kind,
        called_id=group.target_id,
        one_decline_ends=group.kind == "person",
        on_busy=group.onward.busy,
        on_no_answer=group.onward.no_answer,
        on_unregistered=group.onward.unregistered,
        is_hidden=walk.journey.is_hidden,
        path=walk.journey.path,
        steps=tuple(walk.steps),
    )


def _nobody(walk: Walk, group: Group, others: Iterable[RingDevice], awake: Iterable[RingDevice]) -> Decision:
    if not others:
        walk.say("no_device")
    if group.onward.unregistered:
        return go_on(walk, group.onward.unregistered)
    return _refuse(walk, "no_device" if not others else "not_registered" if awake else "callee_dnd", group)


def _refuse(walk: Walk, reason: str, group: Group) -> Decision:
    if reason == "only_own_device":
        walk.say("no_device")
    return walk.refuse(reason, Called("", group.kind, group.target_id, 0, True, None, ()))


def _is_left_alone(walk: Walk, device: RingDevice) -> bool:
    if device.do_not_disturb:
        walk.say("do_not_disturb_left_out", login=device.login)
    return device.do_not_disturb


def _is_ready(walk: Walk, device: RingDevice) -> bool:
    registered = walk.directory.registered(walk.journey.domain, device.login)
    walk.say("device_registered" if registered else "device_not_registered", login=device.login)
    return registered


def _target(device: RingDevice) -> Target:
    return Target(device.device_id, device.login, device.person_id, device.max_calls)
