"""Figures in the one shape that every `./naisen bench` prints."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One figure beside what it is compared with; `ratio` is naisen / baseline."""

    name: str
    unit: str
    naisen: float
    baseline: float

    @property
    def ratio(self) -> float:
        """How many times the baseline; 0 where there is none."""
        return round(self.naisen / self.baseline, 2) if self.baseline else 0.0


def as_json(figures: Iterable[Figure]) -> str:
    """`[{"name", "unit", "naisen", "baseline", "ratio"}]`."""
    return json.dumps([{**asdict(figure), "ratio": figure.ratio} for figure in figures], indent=1)


def as_text(figures: Iterable[Figure]) -> str:
    """A table for people."""
    head = f"{'':44} {'naisen':>10} {'baseline':>10} {'ratio':>7}"
    rows = (
        f"{figure.name:44} {figure.naisen:10.1f} {figure.baseline:10.1f} {figure.ratio:7.2f}  {figure.unit}"
        for figure in figures
    )
    return "\n".join([head, *rows])
