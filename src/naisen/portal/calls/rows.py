"""The call history's rows: one call as the list and the CSV file show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.naming import Book
from naisen.portal.calls.words import HUNG_UP, clock, ending, ring_time, talk_time, yen


@dataclass(frozen=True)
class Labels:
    """The words of directions, results and endings, looked up once for a whole list or file."""

    directions: Mapping[str, str]
    results: Mapping[str, str]
    hung_up: Mapping[str, str]


def labels() -> Labels:
    """Those of the language that is spoken now."""
    return Labels(
        directions={value: str(label) for value, label in CallRecord.Direction.choices},
        results={value: str(label) for value, label in CallRecord.Result.choices},
        hung_up={value: str(label) for value, label in HUNG_UP.items()},
    )


@dataclass(frozen=True)
class Row:
    """One call, in words."""

    call: CallRecord
    direction: str
    result: str
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
    words = labels()
    return [_row(call, book, words) for call in calls]


def _row(call: CallRecord, book: Book, words: Labels) -> Row:
    rang, talked = ring_time(call), talk_time(call)
    return Row(
        call=call,
        direction=words.directions.get(call.direction, call.direction),
        result=words.results.get(call.result, call.result),
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


def cells(call: CallRecord, book: Book, words: Labels, at: str) -> Sequence[str]:
    """A call as a row of the CSV file; `at` is when it began, in the tenant's zone."""
    rang, talked = ring_time(call), talk_time(call)
    ended = (
        words.hung_up.get(call.hung_up_by, "") if call.result == CallRecord.Result.ANSWERED else ending(call)
    )
    return (
        at,
        words.directions.get(call.direction, call.direction),
        call.caller_name,
        call.caller_number,
        book.person(call.called_person_id),
        call.called_number,
        book.lines.get(call.line_id, "") if call.line_id else "",
        book.device(call.answered_device_id),
        f"{rang.total_seconds():.1f}" if rang is not None else "",
        f"{talked.total_seconds():.1f}" if talked is not None else "",
        words.results.get(call.result, call.result),
        ended,
        f"{call.charge_yen:f}" if call.charge_yen else "",
    )
