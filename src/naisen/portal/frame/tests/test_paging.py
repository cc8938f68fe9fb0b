"""Pages of a long list are the same, from whichever end they are read (S1-12)."""

from typing import Any

import pytest
from django.db.models import QuerySet

from naisen.portal.frame import paging
from naisen.portal.frame.paging import Pages
from naisen.portal.numbering.models import Number
from naisen.portal.tenants.models import Tenant

ROWS = 123


@pytest.fixture
def numbers(office: Tenant, monkeypatch: pytest.MonkeyPatch) -> QuerySet[Number, Any]:
    """A list that counts as long, in order."""
    monkeypatch.setattr(paging, "LONG", 10)
    Number.objects.filter(tenant=office, kind=Number.Kind.SERVICE).delete()
    Number.objects.bulk_create(
        Number(tenant=office, digits=str(7000 + n), kind=Number.Kind.SERVICE) for n in range(ROWS)
    )
    return Number.objects.filter(tenant=office, kind=Number.Kind.SERVICE).order_by("-digits")


def every_page(pages: Pages) -> list[str]:
    return [number.digits for page in pages for number in page]


def test_every_row_stands_on_one_page_in_order(numbers: QuerySet[Number, Any]) -> None:
    pages = Pages(numbers, rows=None)
    assert every_page(pages) == [str(7000 + n) for n in reversed(range(ROWS))]
    assert [len(page) for page in pages] == [50, 50, 23]


def test_a_search_gives_the_same_rows(numbers: QuerySet[Number, Any]) -> None:
    found = numbers.filter(digits__endswith="7")
    assert every_page(Pages(found, rows=numbers)) == [number.digits for number in found]
    assert every_page(Pages(numbers, rows=numbers)) == [number.digits for number in numbers]


@pytest.mark.parametrize(("wanted", "first"), [("2", "7072"), ("3", "7022"), ("9", "7022"), ("x", "7122")])
def test_a_search_is_counted_with_the_page_that_is_asked_for(
    numbers: QuerySet[Number, Any], wanted: str, first: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        pages = Pages(numbers, rows=numbers, wanted=wanted)
    with django_assert_num_queries(1):
        assert pages.get_page(wanted)[0].digits == first
    assert pages.count == ROWS


def test_a_search_that_can_find_nothing_is_an_empty_page(numbers: QuerySet[Number, Any]) -> None:
    pages = Pages(numbers.none(), rows=numbers)
    assert (pages.count, list(pages.get_page("2"))) == (0, [])
