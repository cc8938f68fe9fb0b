"""Every read of call records; each takes the tenant."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour

from naisen.portal.calls.models import CallRecord
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class CallsOfDay:
    """Calls since midnight in the tenant's zone. `by_hour`: hour (0-23) → direction → how many."""

    by_hour: Mapping[int, Mapping[str, int]]
    total: int
    answered: int

    @property
    def answered_percent(self) -> int | None:
        """How many of a hundred were answered; None without a call."""
        return round(100 * self.answered / self.total) if self.total else None


def calls_of_day(tenant: Tenant, now: datetime) -> CallsOfDay:
    """The calls of the day that `now` lies in, by the hour they began, in one query."""
    zone = ZoneInfo(tenant.time_zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        CallRecord.objects.filter(tenant=tenant, started_at__gte=midnight, started_at__lte=now)
        .annotate(hour=ExtractHour("started_at", tzinfo=zone))
        .order_by()
        .values_list("hour", "direction")
        .annotate(count=Count("*"), answered=Count("call_id", filter=Q(result=CallRecord.Result.ANSWERED)))
    )
    by_hour: defaultdict[int, dict[str, int]] = defaultdict(dict)
    total = answered = 0
    for hour, direction, count, answered_count in rows:
        by_hour[hour][direction] = count
        total, answered = total + count, answered + answered_count
    return CallsOfDay(by_hour, total, answered)
