"""Which of a device's settings sheets works, and from when (S1-111, D-05)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from naisen.portal.devices.models import Credential


@dataclass(frozen=True)
class SheetState:
    """One sheet of a device: what it is called, and what can be said of it."""

    title: str
    text: str
    is_ended: bool = False
    is_waiting: bool = False


def sheet_states(credentials: list[Credential], *, now: datetime, zone: str) -> list[SheetState]:
    """The device's sheets in the order given; the open one has no end."""
    return [state_of(credential, now=now, zone=zone) for credential in credentials]


def state_of(credential: Credential, *, now: datetime, zone: str) -> SheetState:
    """One sheet: over, still to come, or in force."""
    if credential.ended_at is not None:
        at = moment_of(credential.ended_at, zone)
        return SheetState(_("前の設定書"), _("もう使えません（%(time)s まで）") % {"time": at}, is_ended=True)
    if credential.effective_at > now:
        return SheetState(
            _("新しい設定書"), usable_from(credential.effective_at, now=now, zone=zone), is_waiting=True
        )
    at = moment_of(credential.effective_at, zone)
    return SheetState(_("いまの設定書"), _("使えます（%(time)s から）") % {"time": at})


def usable_from(at: datetime, *, now: datetime, zone: str) -> str:
    """「明日 05:00 から使えます」; with the date where it is another day, 「すぐに使えます」 where it is past."""
    if at <= now:
        return _("すぐに使えます")
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return _("今日 %(time)s から使えます") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("明日 %(time)s から使えます") % {"time": time}
    return _("%(time)s から使えます") % {"time": moment_of(at, zone)}


def moment_of(at: datetime, zone: str) -> str:
    """`2026-11-25 05:00` in the tenant's zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
