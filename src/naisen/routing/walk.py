"""What the rules of routing carry along: the world to ask, the call so far, and what they have found out."""

from dataclasses import dataclass, field

from naisen.routing.decision import Refuse, Step
from naisen.routing.directory import Called, Directory, Journey
from naisen.routing.reasons import REFUSALS


@dataclass(slots=True)
class Walk:
    """One call's way through the rules. `steps` grows on the way; every decision takes them along."""

    directory: Directory
    journey: Journey
    steps: list[Step] = field(default_factory=list)

    def say(self, key: str, **values: str | int) -> None:
        """Note a step; `key` and the names of its values are those of `reasons.STEP_KEYS`."""
        self.steps.append(Step(key, tuple(values.items())))

    def arrive_at(self, digits: str) -> None:
        """Note that the call has come to this number (the loop guard)."""
        was = self.journey  # by hand: dataclasses.replace takes a third of a whole decision's time
        self.journey = Journey(
            was.domain, was.tenant_id, was.caller_device_id, (*was.path, digits), was.is_hidden
        )

    def refuse(self, reason: str, called: Called | None = None) -> Refuse:
        """The refusal for that reason, with its code."""
        return Refuse(
            code=REFUSALS.get(reason, 403),
            reason=reason,
            called_kind=called.kind if called else None,
            called_id=called.target_id if called else None,
            steps=tuple(self.steps),
        )
