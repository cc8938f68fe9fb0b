"""How many queries each list page asks is written down, is at most 12, and does not grow with the rows.

After a change that is meant, put the number that the test names into query_counts.json.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from naisen.portal.bench.company import fill_rows
from naisen.portal.bench.pages import MOST_QUERIES, browser_of, list_pages
from naisen.portal.bench.past import fill_past, forget_past
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

WRITTEN = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))
FEW, MORE = 60, 600


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, list[int]]]:
    """Page → its queries with few rows and with more; everything is rolled back."""
    found: dict[str, list[int]] = {}
    tenants: list[Tenant] = []
    with django_db_blocker.unblock(), transaction.atomic():
        for size in (FEW, MORE):
            scope.set_scope(scope.EVERYTHING)
            tenants.append(tenant := fill_rows(size))
            fill_past(tenant)
            pages, browser = list(list_pages(tenant, size)), browser_of(tenant)
            for name, path in pages:
                found.setdefault(name, []).append(queries(browser, path))
        yield found
        transaction.set_rollback(True)
    for tenant in tenants:
        forget_past(tenant)


def queries(browser: Client, path: str) -> int:
    """How many a page asks; what sets the scope is no question."""
    scope.set_scope(scope.NOTHING)
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(path)
    assert response.status_code == 200, path
    return sum("set_config" not in query["sql"] for query in captured)


def test_every_page_asks_what_is_written_down(counted: dict[str, list[int]]) -> None:
    assert {name: with_more for name, (_few, with_more) in counted.items()} == WRITTEN


def test_no_page_asks_more_than_twelve(counted: dict[str, list[int]]) -> None:
    assert {name: counts for name, counts in counted.items() if max(counts) > MOST_QUERIES} == {}


def test_no_page_asks_more_with_more_rows(counted: dict[str, list[int]]) -> None:
    """Where there are few, a choice of people is one select, which takes one more or less."""
    assert {name: counts for name, counts in counted.items() if counts[1] > counts[0] + 1} == {}
