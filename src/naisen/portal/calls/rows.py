"""The call history's rows: one call as the list and the CSV file show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.naming import Book
from naisen.portal.calls.words import clock, ending, ring_time, talk_time, yen


@dataclass(frozen=True)
class Row:
    """One call, in words."""

    call: CallRecord
    caller: str
    callee: str
    line: str
    answered_by: str
    rang: str
    talked: str
    ending: str
    charge: str

    @property
    def is_answered(self) -> bool:
        """Shown as ✓."""
        return self.call.result == CallRecord.Result.ANSWERED

    @property
    def caller_number(self) -> str:
        """The caller's number, or that it is withheld."""
        return self.call.caller_number or _("非通知")


def rows_of(calls: Iterable[CallRecord], book: Book) -> list[Row]:
    """The calls in words, in the order given."""
    return [_row(call, book) for call in calls]


def _row(call: CallRecord, book: Book) -> Row:
    rang, talked = ring_time(call), talk_time(call)
    return Row(
        call=call,
        caller=call.caller_name,
        callee=book.person(call.called_person_id),
        line=book.lines.get(call.line_id, "") if call.line_id else "",
        answered_by=book.device(call.answered_device_id),
        rang=clock(rang) if rang is not None else "",
        talked=clock(talked) if talked is not None else "",
        ending=ending(call),
        charge=yen(call.charge_yen),
    )


def header() -> Sequence[str]:
    """The first row of the CSV file."""
    return (
        _("日時"),
        _("種別"),
        _("発信者"),
        _("発信番号"),
        _("着信者"),
        _("着信番号"),
        _("回線"),
        _("応答した端末"),
        _("呼出時間(秒)"),
        _("通話時間(秒)"),
        _("結果"),
        _("終わりかた"),
        _("通話料(円)"),
    )


def cells(row: Row, at: str) -> Sequence[str]:
    """The same call as a row of the CSV file; `at` is when it began, in the tenant's zone."""
    rang, talked = ring_time(row.call), talk_time(row.call)
    return (
        at,
        str(row.call.get_direction_display()),
        row.caller,
        row.call.caller_number,
        row.callee,
        row.call.called_number,
        row.line,
        row.answered_by,
        f"{rang.total_seconds():.1f}" if rang is not None else "",
        f"{talked.total_seconds():.1f}" if talked is not None else "",
        str(row.call.get_result_display()),
        row.ending,
        f"{row.call.charge_yen:f}" if row.call.charge_yen else "",
    )
