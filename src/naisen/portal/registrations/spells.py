"""Flapping in a device's past: hours in which it came and went again and again (pure)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from naisen.portal.registrations.diagnosis import ARRIVALS, FLAPS
from naisen.portal.registrations.models import Event

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Spell:
    """Whole hours of the tenant's clock, from `began_at` until `ended_at`, and how often it was lost in them."""

    began_at: datetime
    ended_at: datetime
    losses: int

    def holds(self, at: datetime) -> bool:
        """Whether a time lies in it."""
        return self.began_at <= at < self.ended_at


def spells(events: Sequence[Event], zone: ZoneInfo) -> list[Spell]:
    """The hours with FLAPS changes or more, neighbouring ones joined, oldest first."""
    hours = Counter(_hour(event.at, zone) for event in events)
    losses = Counter(_hour(event.at, zone) for event in events if event.what not in ARRIVALS)
    found: list[Spell] = []
    for hour in sorted(hour for hour, count in hours.items() if count >= FLAPS):
        if found and found[-1].ended_at == hour:
            last = found.pop()
            found.append(Spell(last.began_at, hour + HOUR, last.losses + losses[hour]))
        else:
            found.append(Spell(hour, hour + HOUR, losses[hour]))
    return found


def _hour(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
