"""What a clerk would count by hand: how many calls, answered or not, how long, what they cost, at which hours."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour

from naisen.portal.calls.models import CallRecord
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class Summary:
    """All calls of a search. `by_hour`: hour of the day (0-23, the tenant's zone) → direction → how many."""

    by_hour: Mapping[int, Mapping[str, int]]
    total: int
    answered: int
    talked: timedelta
    charged: Decimal

    @property
    def answered_percent(self) -> int | None:
        """How many of a hundred were answered; None without a call."""
        return round(100 * self.answered / self.total) if self.total else None

    @property
    def mean(self) -> timedelta:
        """How long an answered call lasts."""
        return self.talked / self.answered if self.answered else timedelta()


def summary_of(tenant: Tenant, found: QuerySet[CallRecord]) -> Summary:
    """The calls that were found, in one query."""
    zone = ZoneInfo(tenant.time_zone)
    rows = (
        found.annotate(hour=ExtractHour("started_at", tzinfo=zone))
        .order_by()
        .values_list("hour", "direction")
        .annotate(
            count=Count("*"),
            answered=Count("call_id", filter=Q(result=CallRecord.Result.ANSWERED)),
            talked_ms=Sum("duration_ms"),
            charged=Sum("charge_yen"),
        )
    )
    by_hour: defaultdict[int, dict[str, int]] = defaultdict(dict)
    total = answered = talked_ms = 0
    charged = Decimal()
    for hour, direction, count, answered_count, ms, yen in rows:
        by_hour[hour][direction] = count
        total, answered = total + count, answered + answered_count
        talked_ms, charged = talked_ms + ms, charged + yen
    return Summary(by_hour, total, answered, timedelta(milliseconds=talked_ms), charged)
