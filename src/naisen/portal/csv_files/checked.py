"""A row after it was checked: what it would do, or why it cannot."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from naisen.portal.csv_files.columns import PIN, Column
from naisen.portal.csv_files.reading.sheet import Row
from naisen.portal.csv_files.stored import Known, Values

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, or with an empty `column` the row, is refused; `value` is what stands there."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Checked:
    """One row. `values` has the fields that the file gives; `known` is None for somebody new.

    `changes` are the fields that would change, with their new values.
    """

    row: Row
    texts: dict[Column, str]
    known: Known | None = None
    values: Values = field(default_factory=dict)
    changes: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    device: int | None = None

    @property
    def number(self) -> int:
        """The row's number in the spreadsheet."""
        return self.row.number

    @property
    def is_good(self) -> bool:
        """Whether it could be carried out."""
        return not self.problems

    @property
    def target(self) -> str | None:
        """The extension that the row takes, or None when it takes none."""
        value = (self.values if self.known is None else self.changes).get("extension")
        return None if value is None else str(value)

    def final(self, name: str) -> Any:
        """What the field would be afterwards."""
        if name in self.values or self.known is None:
            return self.values.get(name)
        return self.known.values[name]

    def refuse(self, column: Column, reason: str) -> None:
        """Note what is wrong with the cell of `column`; a PIN is not repeated."""
        value = self.texts.get(column, "")
        self.problems.append(Problem(str(column), HIDDEN if column is PIN and value else value, reason))


def kept(rows: Iterable[Checked]) -> list[Checked]:
    """Those without a problem."""
    return [row for row in rows if row.is_good]
