"""What routing decides: data, not deeds. A decision can be stored as JSON and shown in words."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

FORWARD_REASONS = (
    "forward_always",
    "forward_busy",
    "forward_no_answer",
    "forward_unregistered",
    "line_no_answer",
)
"""Why a call may go on to another number: a person's four settings, and a line's 応答がないとき (S1-120)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that routing found out on the way, for people: a key of words and the values in them.

    The portal holds a sentence in each language for every key in `reasons.STEP_KEYS`.
    """

    key: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A device to ring. `max_calls`: how many calls it may have at once, ringing ones too (1: no call waiting)."""

    device_id: int
    login: str
    person_id: int | None
    max_calls: int = 2


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a call goes on to: digits of an extension or a number outside, and why (`FORWARD_REASONS`).

    A number outside is called on the line `line_id` where one is set (a line's own forwarding), else on the
    default line of the person `person_id`, who forwards.
    """

    digits: str
    why: str
    person_id: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a call costs: `unit_yen` for every started `unit_s` seconds (charging.yen_for)."""

    name: str
    unit_s: int
    unit_yen: str
    """Yen as decimal text, such as '9.35', so that JSON keeps it exactly."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring all targets at once for `timeout_s` seconds; the first to answer has the call.

    `one_decline_ends`: a person who declines on one phone declines on all of them (RFC 3261 16.7 step 5);
    a member of a department declines for herself only (C-03). The three forwards are for `decide_next`: when
    every target is busy, nobody has answered in time, or no target had a binding after all.
    `is_hidden`: the caller asked for 184; the phones show no number.
    """

    targets: tuple[Target, ...]
    timeout_s: int
    called_kind: str
    called_id: int
    one_decline_ends: bool
    on_busy: Forward | None = None
    on_no_answer: Forward | None = None
    on_unregistered: Forward | None = None
    is_hidden: bool = False
    path: tuple[str, ...] = ()
    """The numbers that the call has come by, this one last (the loop guard of `decide_next`)."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Dial:
    """Call `number` on a line: `number` is in the form that the line's trunk wants.

    `shown_number` is the line's own (C-07); with `is_hidden` the carrier is told not to pass it on (184). An
    emergency call passes every limit (D-02). `country` is '' inside Japan, else ISO 3166's two letters.
    `line_calls`: how many calls the line carries at once, None: as many as come. `rate` None: no charge.
    `person_id`: whose call it is, the caller's or that of the person who forwards (None: a line forwards).
    """

    line_id: int
    trunk_id: int
    number: str
    shown_number: str
    is_hidden: bool
    is_emergency: bool
    country: str
    timeout_s: int
    line_calls: int | None = None
    rate: Rate | None = None
    person_id: int | None = None
    path: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class PickUp:
    """Give the caller a call that rings elsewhere (C-05).

    `kind` 'departments': one that rings at any of the departments `ids`; 'person': one that rings the person
    `ids[0]`. Nothing rings there: 480 `nothing_to_pick_up`.
    """

    kind: str
    ids: tuple[int, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer `code` at once (D-03). `reason` is a word of `reasons.REFUSALS`, also kept in the record."""

    code: int
    reason: str
    called_kind: str | None = None
    called_id: int | None = None
    steps: tuple[Step, ...] = ()


Decision = Ring | Dial | PickUp | Refuse

_ACTIONS: dict[str, type[Decision]] = {"ring": Ring, "dial": Dial, "pick_up": PickUp, "refuse": Refuse}
_NAMES = {kind: name for name, kind in _ACTIONS.items()}
_FORWARDS = ("on_busy", "on_no_answer", "on_unregistered")
# Made once: dataclasses.asdict takes ten times as long, at every call.
_DEFAULTS = {
    kind: [(one.name, one.default) for one in fields(kind) if one.name != "steps"]
    for kind in (*_NAMES, Target, Forward, Rate)
}


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """The decision as plain JSON data; what is as by default is left out, but for the steps.

    {"action": "ring"|"dial"|"pick_up"|"refuse", …fields, "steps": [{"key", …values}]}
    """
    data = {"action": _NAMES[type(decision)], **_to_plain(decision)}
    data["steps"] = [{"key": step.key, **dict(step.values)} for step in decision.steps]
    return data


def _to_plain(item: Decision | Target | Forward | Rate) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in _DEFAULTS[type(item)]:
        value = getattr(item, name)
        if value == default:
            continue
        kind = type(value)
        if kind is tuple:
            value = [_to_plain(one) if type(one) in _DEFAULTS else one for one in value]
        elif kind in _DEFAULTS:
            value = _to_plain(value)
        found[name] = value
    return found


def decision_from_json(data: Mapping[str, Any]) -> Decision:
    """The inverse of `decision_to_json`. Raises KeyError, TypeError or ValueError on anything else."""
    fields = {name: _from_plain(name, value) for name, value in data.items() if name != "action"}
    if data["action"] not in _ACTIONS:
        raise ValueError(f"no such action: {data['action']}")
    return _ACTIONS[data["action"]](**fields)


def _from_plain(name: str, value: Any) -> Any:
    if name == "steps":
        return tuple(_step(step) for step in value)
    if name == "targets":
        return tuple(Target(**target) for target in value)
    if name == "rate":
        return Rate(**value) if value else None
    if name in _FORWARDS:
        return Forward(**value) if value else None
    return tuple(value) if isinstance(value, list) else value


def _step(data: Mapping[str, Any]) -> Step:
    return Step(data["key"], tuple((name, value) for name, value in data.items() if name != "key"))
