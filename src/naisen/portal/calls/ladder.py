"""What became of one call, stage by stage: what routing decided and why, whom it rang, what each answered.

Made of the call's record alone (`decision` and `legs`), so it tells what was, not what would be now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.naming import Book
from naisen.portal.calls.routing_words import Names, sentence
from naisen.portal.calls.words import clock

TALK = 20.0
"""The talk stands in so many percent of the width at the end, however long it was; the rest is the ringing."""
LEAST = 0.6

ANSWERS: Mapping[str, str | Promise] = {
    "answered": gettext_lazy("応答しました"),
    "lost": gettext_lazy("ほかの端末が応答しました"),
    "busy": gettext_lazy("話中でした"),
    "declined": gettext_lazy("拒否しました"),
    "no_answer": gettext_lazy("応答しませんでした"),
    "cancelled": gettext_lazy("発信側が先に切りました"),
    "unavailable": gettext_lazy("つながりませんでした"),
    "failed": gettext_lazy("失敗しました"),
}


@dataclass(frozen=True)
class Leg:
    """One device or number outside: `x`, `ringing` and `talking` in percent of the width of the drawing."""

    who: str
    rang: str
    answer: str
    result: str
    x: float
    ringing: float
    talking: float

    @property
    def talk_x(self) -> float:
        """Where the talk begins."""
        return round(self.x + self.ringing, 2)


@dataclass(frozen=True)
class Stage:
    """One decision of routing: the sentences that led to it, and whom it rang."""

    number: int
    title: str
    sentences: Sequence[str]
    legs: Sequence[Leg]


@dataclass(frozen=True)
class _Clock:
    """Turns times into percents: from the call's beginning to its answer, or to its end without one."""

    began: datetime
    answered: datetime | None
    ended: datetime

    def x(self, at: datetime) -> float:
        whole = max((self.answered or self.ended) - self.began, timedelta(milliseconds=1))
        share = min(max((at - self.began) / whole, 0.0), 1.0)
        return round(share * (100 - TALK if self.answered else 100), 2)


def ladder_of(call: CallRecord, book: Book, names: Names) -> list[Stage]:
    """The stages of a call, in order."""
    decisions = stages_of(call)
    legs = [leg for leg in call.legs if isinstance(leg, dict)]
    time = _Clock(call.started_at, call.answered_at, call.ended_at)
    return [
        Stage(
            number=number,
            title=_title(decision),
            sentences=[sentence(step, names) for step in decision.get("steps", [])],
            legs=[_leg(leg, call, book, time) for leg in legs if leg.get("stage", 0) == number - 1],
        )
        for number, decision in enumerate(decisions, 1)
    ]


def stages_of(call: CallRecord) -> list[dict[str, Any]]:
    """The decisions of a record; an older one has a single decision, without stages."""
    decision = call.decision
    if "stages" in decision:
        return list(decision["stages"])
    return [decision] if "steps" in decision else []


def ids_in(call: CallRecord) -> dict[str, set[Any]]:
    """Whom a record names: ids of people, departments and devices, and logins."""
    steps = [step for decision in stages_of(call) for step in decision.get("steps", [])]
    of_numbers = [step for step in steps if step.get("key") == "number_is"]
    legs = [leg for leg in call.legs if isinstance(leg, dict)]
    return {
        "people": _ids(
            [step["id"] for step in of_numbers if step.get("kind") == "person"], [call.called_person_id]
        ),
        "departments": _ids([step["id"] for step in of_numbers if step.get("kind") == "department"]),
        "devices": _ids((leg.get("device_id") for leg in legs), [call.answered_device_id]),
        "logins": {str(step["login"]) for step in steps if step.get("login")},
    }


def _ids(*of: Iterable[Any]) -> set[Any]:
    return {pk for ids in of for pk in ids if isinstance(pk, int)}


def _title(decision: Mapping[str, Any]) -> str:
    match decision.get("action"):
        case "ring":
            return _("端末を呼び出す")
        case "dial":
            return _("外線に発信する")
        case "pick_up":
            return _("鳴っている通話を取る")
    return _("ことわる")


def _leg(leg: Mapping[str, Any], call: CallRecord, book: Book, time: _Clock) -> Leg:
    result = str(leg.get("result") or "")
    began = _at(leg.get("started_ms")) or call.started_at
    rang = _at(leg.get("rang_ms"))
    silent = (call.answered_at if result == "answered" else _at(leg.get("ended_ms"))) or call.ended_at
    x = time.x(began)
    return Leg(
        who=book.device(leg.get("device_id")) or str(leg.get("number") or _("不明")),
        rang=clock(max(silent - rang, timedelta())) if rang else "",
        answer=str(ANSWERS.get(result, result)),
        result=result,
        x=x,
        ringing=max(round(time.x(silent) - x, 2), LEAST),
        talking=TALK if result == "answered" and call.answered_at else 0.0,
    )


def _at(ms: Any) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if isinstance(ms, int | float) else None
