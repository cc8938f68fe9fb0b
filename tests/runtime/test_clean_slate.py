"""The tests' own database: a test with real commits leaves nothing behind."""

from datetime import date

import pytest

from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Customer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(time: str) -> None:
    with scope.scoped(scope.EVERYTHING):
        assert not Customer.objects.filter(number="C-CLEAN").exists()
        Customer.objects.create(number="C-CLEAN", name="株式会社あと", applied_on=date(2026, 4, 1))
