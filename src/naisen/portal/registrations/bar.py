"""A device's last hours or days as a bar: when it was registered and when not, and what was refused (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from naisen.portal.registrations.diagnosis import ARRIVALS

WIDTH = 100  # percent of the drawing
EDGE = 3  # a label nearer than this to an end would be cut off
LEAST = 0.15  # what is shorter would not be seen


class Span(IntEnum):
    """How far back the bar goes, in hours."""

    DAY = 24
    WEEK = 168


@dataclass(frozen=True)
class Stretch:
    """A time in one state; `x` and `width` in percent. The state is None before the first event."""

    began_at: datetime
    ended_at: datetime
    is_registered: bool | None
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A label of the axis."""

    x: float
    text: str


@dataclass(frozen=True)
class Bar:
    """The whole drawing. `marks` are where something was refused; `losses` how often it was lost."""

    span: Span
    stretches: tuple[Stretch, ...]
    marks: tuple[float, ...]
    ticks: tuple[Tick, ...]
    refusals: int
    losses: int

    @property
    def registered_percent(self) -> int:
        """For how much of the time it was registered; less than 100 as soon as it was lost at all."""
        whole = sum(one.width for one in self.stretches)
        share = sum(one.width for one in self.stretches if one.is_registered) / whole
        return min(round(100 * share), 99) if share < 1 else 100


def bar_of(
    span: Span,
    now: datetime,
    zone: ZoneInfo,
    *,
    changes: Sequence[tuple[datetime, str]],
    refused: Iterable[tuple[datetime, int]] = (),
) -> Bar:
    """The bar that ends now. `changes` are (time, Event.what), oldest first, with the last one before the bar.

    `refused` are (time, how many) of refusals.
    """
    begins = now - timedelta(hours=span)
    marks = [(at, count) for at, count in refused if at >= begins]
    return Bar(
        span=span,
        stretches=tuple(_stretches(changes, begins, now)),
        marks=tuple(sorted({_x(at, begins, now) for at, _count in marks})),
        ticks=tuple(_ticks(span, begins, now, zone)),
        refusals=sum(count for _at, count in marks),
        losses=sum(what not in ARRIVALS for at, what in changes if at >= begins),
    )


def _stretches(
    changes: Sequence[tuple[datetime, str]], begins: datetime, ends: datetime
) -> Iterable[Stretch]:
    state, since = None, begins
    for at, what in changes:
        if at > begins and (what in ARRIVALS) != state:
            yield _stretch(since, at, state, begins, ends)
            since = at
        state = what in ARRIVALS
    yield _stretch(since, ends, state, begins, ends)


def _stretch(
    since: datetime, until: datetime, state: bool | None, begins: datetime, ends: datetime
) -> Stretch:
    x = _x(since, begins, ends)
    return Stretch(since, until, state, x, max(round(_x(until, begins, ends) - x, 2), LEAST))


def _x(at: datetime, begins: datetime, ends: datetime) -> float:
    return round(WIDTH * min(max((at - begins) / (ends - begins), 0.0), 1.0), 2)


def _ticks(span: Span, begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterable[Tick]:
    """Every three hours of a day, every day of a week; none so near the edge that it would be cut off."""
    step = timedelta(hours=3) if span is Span.DAY else timedelta(days=1)
    at = begins.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while at < ends:
        x = _x(at, begins, ends)
        if EDGE < x < WIDTH - EDGE:
            yield Tick(x, f"{at:%-H:%M}" if span is Span.DAY else f"{at.month}/{at.day}")
        at += step
