"""What a clerk would count by hand: how many calls, answered or not, how long, what they cost, at which hours."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from naisen.portal.calls.models import CallRecord
from naisen.portal.tenants.models import Tenant

# By the quarter of an hour first, which needs no calendar; the hour in the tenant's zone is worked out of those: all
# zones begin at one. OFFSET 0: seen through, the quarters are taken for as many as the calls, which are then
# sorted on disk.
SUMS = """
SELECT EXTRACT(HOUR FROM quarter AT TIME ZONE %s)::int, direction, sum(count)::bigint, sum(answered)::bigint,
       sum(ms)::bigint, sum(yen)
  FROM (SELECT date_bin('15 minutes', started_at, 'epoch'), direction, count(*),
               count(*) FILTER (WHERE result = 'answered'), sum(duration_ms), sum(charge_yen)
          FROM ({calls} OFFSET 0) AS calls (started_at, direction, result, duration_ms, charge_yen)
         GROUP BY 1, 2) AS quarters (quarter, direction, count, answered, ms, yen)
 GROUP BY 1, 2
"""


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
    columns = ("started_at", "direction", "result", "duration_ms", "charge_yen")
    try:
        sql, values = found.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return Summary({}, 0, 0, timedelta(), Decimal())
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(calls=sql), [tenant.time_zone, *values])
        rows = cursor.fetchall()
    by_hour: defaultdict[int, dict[str, int]] = defaultdict(dict)
    total = answered = talked_ms = 0
    charged = Decimal()
    for hour, direction, count, answered_count, ms, yen in rows:
        by_hour[hour][direction] = count
        total, answered = total + count, answered + answered_count
        talked_ms, charged = talked_ms + ms, charged + yen
    return Summary(by_hour, total, answered, timedelta(milliseconds=talked_ms), charged)
