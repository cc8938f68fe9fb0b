"""The one record of a call (C-13): begun with the INVITE, kept with the dialog, written when it ends."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from naisen.edge.changing import empty, make, replace

# Made once: `json.dumps` makes a new one for anything but its defaults, at every call.
to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode

RESULTS = {404: "unknown_number", 480: "unavailable", 486: "busy", 503: "failed"}
"""The result that a refusal's code means (reasons.REFUSALS); every other code is «forbidden»."""


class RecordRefused(Exception):
    """The database is there and does not take this record. It is kept, and tried again later."""


@dataclass(frozen=True)
class CallRecord:
    """A call as `edge.acc` has it. Times are ms since 1970 (UTC), None until they are known.

    `caller_at` and `callee_at` are the SIP addresses of the two phones: requests within the dialog go
    there and nowhere else, whatever their Contact says. `charge_yen` is a decimal number ('' is nothing);
    `stages` the decisions, each as JSON text, `legs` the attempts (`stages.Leg`).
    """

    tenant_id: int
    call_id: str
    caller_device_id: int | None
    caller_person_id: int | None
    caller_number: str
    caller_name: str
    called_number: str
    caller_at: str
    started_ms: int
    called_person_id: int | None = None
    answered_device_id: int | None = None
    callee_at: str = ""
    answered_ms: int | None = None
    ended_ms: int | None = None
    result: str = ""
    sip_code: int = 0
    hung_up_by: str = ""
    reason: str = ""
    direction: str = "internal"
    line_id: int | None = None
    trunk_id: int | None = None
    shown_number: str = ""
    country: str = ""
    charge_yen: str = ""
    stages: tuple[str, ...] = ()
    legs: list[dict[str, Any]] = field(default_factory=list)

    def to_note(self) -> str:
        """The record so far as text, for the dialog and for the spool."""
        return to_json(self.known())

    def known(self) -> dict[str, Any]:
        """What is known so far: the fields that are not empty."""
        return {name: value for name, value in self.__dict__.items() if value}

    @property
    def decision(self) -> str:
        """The decisions as `edge.acc` has them: JSON, {"stages": [a decision each]}."""
        return f'{{"stages":[{",".join(self.stages)}]}}'

    def refused(self, code: int, reason: str, now_ms: int) -> "CallRecord":
        """The record of a call that never rang."""
        result = RESULTS.get(code, "forbidden")
        return replace(
            self, ended_ms=now_ms, result=result, sip_code=code, reason=reason, hung_up_by="system"
        )

    def failed(self, code: int, result: str, hung_up_by: str, now_ms: int) -> "CallRecord":
        """The record of a call that rang and was not answered."""
        return replace(self, ended_ms=now_ms, result=result, sip_code=code, hung_up_by=hung_up_by)

    def answered(
        self, device_id: int | None, person_id: int | None, callee_at: str, now_ms: int
    ) -> "CallRecord":
        """The record once that device has answered (None: one outside, or nobody knows which)."""
        return replace(
            self,
            answered_device_id=device_id,
            called_person_id=person_id or self.called_person_id,
            callee_at=callee_at,
            answered_ms=now_ms,
        )

    def ended(self, hung_up_by: str, now_ms: int) -> "CallRecord":
        """The record of an answered call that is over. `hung_up_by`: 'caller', 'callee' or 'system'."""
        return replace(self, ended_ms=now_ms, result="answered", sip_code=200, hung_up_by=hung_up_by)

    @property
    def duration_ms(self) -> int:
        """From the answer to the end; 0 without an answer."""
        return max(0, (self.ended_ms or 0) - self.answered_ms) if self.answered_ms else 0


def from_note(note: str | dict[str, Any]) -> CallRecord:
    """The inverse of `CallRecord.to_note`, also of its parsed JSON. Raises ValueError or TypeError for anything else."""
    values = json.loads(note) if isinstance(note, str) else note
    return make(CallRecord, _EMPTY, {"legs": [], **values, "stages": tuple(values.get("stages", ()))})


_EMPTY = {
    **empty(CallRecord),
    **{"caller_device_id": None, "caller_person_id": None},
    **dict.fromkeys(("caller_number", "caller_name", "called_number"), ""),
}
"""What may be left out of a note."""

_AS_IS = (
    "tenant_id",
    "call_id",
    "direction",
    "caller_device_id",
    "caller_person_id",
    "caller_number",
    "caller_name",
    "called_number",
    "called_person_id",
    "answered_device_id",
    "duration_ms",
    "result",
    "sip_code",
    "hung_up_by",
    "reason",
    "line_id",
    "trunk_id",
    "shown_number",
    "country",
    "decision",
)
COLUMNS = (*_AS_IS, "started_at", "answered_at", "ended_at", "charge_yen", "legs")
_as_is = attrgetter(*_AS_IS)


def to_row(record: CallRecord) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    moments = map(moment, (record.started_ms, record.answered_ms, record.ended_ms))
    return (*_as_is(record), *moments, record.charge_yen or "0", to_json(record.legs))


def moment(ms: int | None) -> datetime | None:
    """A time in ms since 1970 as UTC."""
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)
