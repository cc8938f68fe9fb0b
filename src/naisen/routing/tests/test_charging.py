"""What a call costs: every started unit."""

from decimal import Decimal

import pytest

from naisen.routing import Rate
from naisen.routing.charging import yen_for

FIXED = Rate("固定電話", 180, "8.5")


@pytest.mark.parametrize(
    ("duration_ms", "yen"),
    [(0, "8.5"), (1, "8.5"), (180_000, "8.5"), (180_001, "17"), (539_999, "25.5"), (3_600_000, "170")],
)
def test_every_started_unit_counts_and_the_first_one_always(duration_ms: int, yen: str) -> None:
    assert yen_for(FIXED, duration_ms) == Decimal(yen)


def test_thirds_of_a_yen_do_not_get_lost_on_the_way() -> None:
    assert yen_for(Rate("国際", 6, "0.333"), 60_000) == Decimal("3.330")


def test_without_a_rate_there_is_no_charge() -> None:
    assert yen_for(None, 60_000) == 0
