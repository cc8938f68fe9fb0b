"""Ticks that outlive turning the page (S1-90)."""

from django.http import QueryDict

from naisen.portal.lines.ticks import Ticks, mentioned
from naisen.portal.people.choosing import Difference


def ticks(query: str, stored: set[int]) -> tuple[set[int], set[int]]:
    change = Ticks.of(QueryDict(query), stored).change
    return set(change.added), set(change.removed)


def test_what_the_page_shows_counts_over_what_was_carried() -> None:
    assert ticks("here=1,2,3&ids=1&ids=2&add=3,9&drop=8", stored={2, 3, 8}) == ({1, 9}, {3, 8})


def test_what_is_stored_by_now_is_no_change() -> None:
    assert ticks("add=1,2&drop=3,4", stored={2, 4}) == ({1}, {4})


def test_a_tick_that_was_not_on_the_page_is_ignored() -> None:
    assert ticks("here=1&ids=1&ids=7", stored=set()) == ({1}, set())


def test_everybody_and_nobody() -> None:
    some = Ticks(Difference(frozenset({1}), frozenset({8})))
    assert some.everybody([2, 8, 9], [8, 9], on=True).change == Difference(frozenset({1, 2}), frozenset())
    assert some.everybody([1, 9], [8, 9], on=False).change == Difference(frozenset(), frozenset({8, 9}))


def test_everybody_whom_a_form_is_about() -> None:
    assert mentioned(QueryDict("here=1,2&ids=5&add=3&drop=x,4")) == {1, 2, 3, 4}
