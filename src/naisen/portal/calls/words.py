"""A call in a clerk's words: durations, the result with who hung up, the charge."""

from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.routing_words import reason_words

HUNG_UP: dict[str, str | Promise] = {
    "caller": gettext_lazy("発信側が切りました"),
    "callee": gettext_lazy("着信側が切りました"),
    "system": gettext_lazy("システムが終了しました"),
}


def clock(duration: timedelta) -> str:
    """`0:05`, `12:34`, `1:02:03`: whole seconds, rounded up so that no call took none."""
    seconds = -(-duration // timedelta(seconds=1))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def yen(amount: Decimal) -> str:
    """`8.5円`, `1,234円`; empty for nothing."""
    return _("%(yen)s円") % {"yen": f"{amount.normalize():,f}"} if amount else ""


def ending(call: CallRecord) -> str:
    """Who hung up an answered call, or why another one came to nothing; empty where the result says it all."""
    if call.result == CallRecord.Result.ANSWERED:
        return str(HUNG_UP.get(call.hung_up_by, ""))
    return reason_words(call.reason) if call.reason else ""


def ring_time(call: CallRecord) -> timedelta | None:
    """How long it rang, also where nobody answered; None for a call that was refused at once."""
    if call.answered_at is None and call.reason:
        return None
    return (call.answered_at or call.ended_at) - call.started_at


def talk_time(call: CallRecord) -> timedelta | None:
    """How long they talked; None without an answer."""
    return timedelta(milliseconds=call.duration_ms) if call.answered_at else None
