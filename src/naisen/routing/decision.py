"""What routing decides: data, not deeds. A decision can be stored as JSON and shown in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that routing found out on the way, for people: a key of words and the values in them.

    The portal holds a sentence in each language for every key in `decide.STEP_KEYS`.
    """

    key: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A device to ring."""

    device_id: int
    login: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring all targets at once for `timeout_s` seconds; the first to answer has the call.

    `one_decline_ends`: a person who declines on one phone declines on all of them (RFC 3261 16.7 step 5);
    a member of a department declines for herself only (C-03).
    """

    targets: tuple[Target, ...]
    timeout_s: int
    called_kind: str
    called_id: int
    one_decline_ends: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer `code` at once (D-03). `reason` is a word of `decide.REFUSALS`, also kept in the call record."""

    code: int
    reason: str
    called_kind: str | None = None
    called_id: int | None = None
    steps: tuple[Step, ...] = ()


Decision = Ring | Refuse


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """The decision as plain JSON data: {"action": "ring"|"refuse", …fields, "steps": [{"key", …values}]}."""
    data = asdict(decision)
    data["steps"] = [{"key": step.key, **dict(step.values)} for step in decision.steps]
    if isinstance(decision, Ring):
        data["targets"] = [asdict(target) for target in decision.targets]
    return {"action": "ring" if isinstance(decision, Ring) else "refuse", **data}


def decision_from_json(data: Mapping[str, Any]) -> Decision:
    """The inverse of `decision_to_json`. Raises KeyError or ValueError on anything else."""
    fields = {name: value for name, value in data.items() if name not in ("action", "steps")}
    steps = tuple(_step(step) for step in data["steps"])
    if data["action"] == "refuse":
        return Refuse(**fields, steps=steps)
    if data["action"] != "ring":
        raise ValueError(f"no such action: {data['action']}")
    targets = tuple(Target(**target) for target in fields.pop("targets"))
    return Ring(**fields, targets=targets, steps=steps)


def _step(data: Mapping[str, Any]) -> Step:
    return Step(data["key"], tuple((name, value) for name, value in data.items() if name != "key"))
