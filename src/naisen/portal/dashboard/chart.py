"""Calls per hour as the geometry of a chart that the server draws (SVG, no script)."""

from collections.abc import Mapping
from dataclasses import dataclass

from naisen.portal.calls.models import CallRecord

# In the order in which they are stacked, from below.
DIRECTIONS = (CallRecord.Direction.INBOUND, CallRecord.Direction.OUTBOUND, CallRecord.Direction.INTERNAL)
# An office's day; the chart grows when there are calls outside it.
FIRST_HOUR, LAST_HOUR = 7, 20
WIDTH, HEIGHT, TOP = 632, 160, 20  # units of the drawing
GAP = 0.34  # of an hour's width
LINES = 4
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Part:
    """One direction's share of a bar; `y` is its upper edge."""

    direction: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One hour: its bar in the drawing, and the numbers of the table."""

    hour: int
    x: float
    width: float
    parts: tuple[Part, ...]
    counts: tuple[int, ...]

    @property
    def middle(self) -> float:
        """Where the label stands."""
        return self.x + self.width / 2

    @property
    def total(self) -> int:
        """All calls of the hour."""
        return sum(self.counts)


@dataclass(frozen=True)
class Line:
    """A horizontal line of the scale."""

    y: float
    count: int


@dataclass(frozen=True)
class Chart:
    """The whole drawing."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]

    @property
    def busiest(self) -> Bar | None:
        """The hour with the most calls; None when there are none."""
        best = max(self.bars, key=lambda bar: bar.total)
        return best if best.total else None


def chart_of(by_hour: Mapping[int, Mapping[str, int]]) -> Chart:
    """The chart of calls by hour and direction."""
    first, last = min(FIRST_HOUR, *by_hour, FIRST_HOUR), max(LAST_HOUR, *by_hour, LAST_HOUR)
    most = max((sum(counts.values()) for counts in by_hour.values()), default=0)
    top = scale_for(most)
    hour_width = WIDTH / (last - first + 1)
    bars = tuple(
        _bar(hour, (hour - first) * hour_width, hour_width, by_hour.get(hour, {}), top)
        for hour in range(first, last + 1)
    )
    lines = tuple(
        Line(round(TOP + HEIGHT * index / LINES, 1), top * (LINES - index) // LINES)
        for index in range(LINES + 1)
    )
    return Chart(bars, lines)


def scale_for(most: int) -> int:
    """The number at the top line: 4, 8, 20, 40, 80 … so that each of the four steps is a round one."""
    size = 1
    while True:
        for step in STEPS:
            if most <= step * size * LINES:
                return step * size * LINES
        size *= 10


def _bar(hour: int, x: float, hour_width: float, counts: Mapping[str, int], top: int) -> Bar:
    numbers = tuple(counts.get(direction, 0) for direction in DIRECTIONS)
    parts, y = [], float(TOP + HEIGHT)
    for direction, count in zip(DIRECTIONS, numbers, strict=True):
        height = round(HEIGHT * count / top, 1)
        y = round(y - height, 1)
        if count:
            parts.append(Part(str(direction), y, height))
    return Bar(
        hour, round(x + hour_width * GAP / 2, 1), round(hour_width * (1 - GAP), 1), tuple(parts), numbers
    )
