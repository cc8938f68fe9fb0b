"""Ticks that outlive turning the page of a long list (S1-90).

Only what differs from what is stored is carried from page to page, in two hidden fields; a clerk can so tick
on several pages, or in several searches, and store everything at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from naisen.portal.people.choosing import Difference


@dataclass(frozen=True)
class Ticks:
    """The changes so far."""

    change: Difference

    @classmethod
    def of(cls, sent: QueryDict, stored: Iterable[int]) -> "Ticks":
        """The changes that came with a form, and those of the page that it shows.

        `stored` are the ids of those who have the tick in the database, of everybody `mentioned`.
        """
        here, ticked = numbers(sent.get("here", "")), numbers(",".join(sent.getlist("ids")))
        have = set(stored)
        added = (numbers(sent.get("add", "")) - here) | (here & ticked)
        removed = (numbers(sent.get("drop", "")) - here) | (here - ticked)
        return cls(Difference(frozenset(added - have), frozenset(removed & have)))

    def everybody(self, ids: Iterable[int], stored: Iterable[int], *, on: bool) -> "Ticks":
        """The same with all of `ids` ticked, or none of them."""
        chosen, have = frozenset(ids), frozenset(stored)
        if on:
            return Ticks(Difference((self.change.added | chosen) - have, self.change.removed - chosen))
        return Ticks(Difference(self.change.added - chosen, self.change.removed | (chosen & have)))

    def has(self, pk: int, *, stored: bool) -> bool:
        """Whether the tick shows."""
        return pk in self.change.added or (stored and pk not in self.change.removed)

    def fields(self) -> list[tuple[str, str]]:
        """The hidden fields that carry the changes on."""
        return [("add", joined(self.change.added)), ("drop", joined(self.change.removed))]


def mentioned(sent: QueryDict) -> set[int]:
    """Everybody whom a form is about."""
    return numbers(",".join(sent.get(name, "") for name in ("here", "add", "drop")))


def joined(ids: Iterable[int]) -> str:
    """`1,2,3`."""
    return ",".join(map(str, sorted(ids)))


def numbers(text: str) -> set[int]:
    """The ids in `1,2,3`; what is no number is left out."""
    return {int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19}
