"""What becomes of a call that a device makes: the rules, in the order in which they are asked."""

import re
from dataclasses import replace

from naisen.routing import features
from naisen.routing.decision import Decision
from naisen.routing.directory import CallRequest, Device, Directory, Journey
from naisen.routing.inside import call_number, called_of
from naisen.routing.japan import EMERGENCY, Kind, outside_number
from naisen.routing.outside import Wish, dial_emergency, dial_outside
from naisen.routing.picking_up import pick_up_department, pick_up_extension
from naisen.routing.walk import Walk

DIALLED = re.compile(r"\+?[0-9*#]{1,32}\Z")
"""What may be dialled at all. Anything else is an unknown number and goes no further (reliability.md)."""


def decide(request: CallRequest, directory: Directory) -> Decision:
    """Decide what becomes of a call.

    1. May the caller call at all? Only emergency calls pass a tenant's suspension (D-02). 2. Emergency numbers,
    before any extension. 3. Feature codes. 4. 184 or 186 before the number. 5. The tenant's own numbers. 6. A
    line chosen by prefix, and the numbers outside. 7. Nobody's number: 404.
    """
    caller, digits = request.caller, request.digits
    walk = Walk(directory, Journey(caller.domain, caller.tenant_id, caller.device_id))
    walk.say("caller", login=caller.login, extension=caller.extension, name=caller.display_name)
    is_emergency = _is_emergency(digits)
    refusal = _refusal(caller, is_emergency=is_emergency)
    if refusal:
        walk.say("caller_may_not", why=refusal)
        return walk.refuse(refusal)
    if caller.login_only or caller.person_id is None:
        walk.say("caller_login_only")
        return walk.refuse("login_only")
    if not DIALLED.match(digits):
        return _unknown(walk, digits)
    if is_emergency:
        return _dial(walk, caller, caller.person_id, digits)
    return _follow(walk, caller, caller.person_id, digits)


def _refusal(caller: Device, *, is_emergency: bool) -> str | None:
    if caller.may_register:
        return None
    if caller.emergency_only:
        return None if is_emergency else "tenant_suspended"
    return caller.why_not or "unassigned"


def _is_emergency(digits: str) -> bool:
    """Whether the digits reach 110, 118 or 119, whatever prefixes stand before it."""
    if digits[-3:] not in EMERGENCY:
        return False
    _code, rest = features.split_line(features.split_hiding(digits)[1])
    return features.split_hiding(rest)[1] in EMERGENCY


def _follow(walk: Walk, caller: Device, person_id: int, digits: str) -> Decision:
    if digits == features.PICK_UP_DEPARTMENT:
        return pick_up_department(walk, person_id)
    if digits.startswith(features.PICK_UP_EXTENSION):
        return pick_up_extension(walk, person_id, digits.removeprefix(features.PICK_UP_EXTENSION))
    # An extension such as 1841 is nobody's wish to hide a number.
    called = called_of(walk, digits)
    if called:
        return call_number(walk, called)
    is_hidden, rest = features.split_hiding(digits)
    called = called_of(walk, rest) if is_hidden is not None else None
    if called:
        _split_hiding(walk, digits)
        return call_number(walk, called)
    return _dial(walk, caller, person_id, digits)


def _dial(walk: Walk, caller: Device, person_id: int, digits: str) -> Decision:
    """Outside; 184 and 186 may stand before or after the choice of a line."""
    code, rest = features.split_line(_split_hiding(walk, digits))
    rest = _split_hiding(walk, rest)
    number = outside_number(rest)
    if number is None:
        return _unknown(walk, rest)
    wish = Wish(number, person_id=person_id, line_code=code)
    if number.kind is Kind.EMERGENCY:
        walk.say("emergency", digits=number.number)
        return dial_emergency(walk, wish, caller.tenant_id, person_id)
    return dial_outside(walk, wish)


def _split_hiding(walk: Walk, digits: str) -> str:
    is_hidden, rest = features.split_hiding(digits)
    if is_hidden is not None:
        walk.say("hide_number" if is_hidden else "show_number")
        walk.journey = replace(walk.journey, is_hidden=is_hidden)
    return rest


def _unknown(walk: Walk, digits: str) -> Decision:
    walk.say("number_unknown", digits=digits[:32])
    return walk.refuse("unknown_number")
