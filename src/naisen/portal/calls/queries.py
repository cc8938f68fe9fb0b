"""Every read of call records; each takes the tenant."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.http import Http404

from naisen.portal.calls.models import CallRecord
from naisen.portal.people.queries import findable
from naisen.portal.tenants.models import Tenant

# What the list may be sorted by, and by which column; nothing else reaches the database.
SORTS = {"at": "started_at", "duration": "duration_ms"}
NEWEST = "-at"
# So far calls are counted for the list; the summary counts them all.
COUNTED = 1_000
# So many people of a name are named to the database one by one.
NAMED = 20_000


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
        .annotate(count=Count("*"), answered=Count("result", filter=Q(result=CallRecord.Result.ANSWERED)))
    )
    by_hour: defaultdict[int, dict[str, int]] = defaultdict(dict)
    total = answered = 0
    for hour, direction, count, answered_count in rows:
        by_hour[hour][direction] = count
        total, answered = total + count, answered + answered_count
    return CallsOfDay(by_hour, total, answered)


def calls(tenant: Tenant) -> QuerySet[CallRecord]:
    """All of a tenant's calls, in no order, without what only a call's own page shows."""
    return CallRecord.objects.filter(tenant=tenant).order_by().defer("decision", "legs")


def search(
    found: QuerySet[CallRecord],
    *,
    tenant: Tenant,
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    direction: str = "",
    result: str = "",
    line_id: int | None = None,
) -> QuerySet[CallRecord]:
    """`found` of `tenant`, narrowed by the period [since, until) in which a call began, and by what it was.

    Every one of `words` is in a number, or in the name of one of the two.
    """
    if since is not None:
        found = found.filter(started_at__gte=since)
    if until is not None:
        found = found.filter(started_at__lt=until)
    if direction:
        found = found.filter(direction=direction)
    if result:
        found = found.filter(result=result)
    if line_id is not None:
        found = found.filter(line_id=line_id)
    for word in words.split():
        found = found.filter(_is_about(tenant, word))
    return found


def _is_about(tenant: Tenant, word: str) -> Q:
    digits = word.replace("-", "")
    if digits.isascii() and digits.lstrip("+").isdigit():
        return Q(caller_number__contains=digits) | Q(called_number__contains=digits)
    # Most Japanese words have no capitals; comparing without them takes a third of the time.
    named = Q(**{f"caller_name__{'contains' if word.upper() == word.lower() else 'icontains'}": word})
    people = findable(tenant, word).values_list("pk", flat=True)
    # Known beforehand, they are looked for once, not for each use of the condition.
    few = list(people[: NAMED + 1])
    if not few:
        return named
    if len(few) > NAMED:
        return named | Q(caller_person_id__in=people) | Q(called_person_id__in=people)
    return named | Q(caller_person_id__any_of=few) | Q(called_person_id__any_of=few)


def count_of(found: QuerySet[CallRecord]) -> int:
    """How many calls there are; COUNTED + 1 when there are more than that."""
    return found[: COUNTED + 1].count()


def call_or_404(tenant: Tenant, pk: int) -> CallRecord:
    """One call of the tenant; anything else, a stranger's call too, is Http404."""
    call = calls(tenant).defer(None).filter(pk=pk).first()
    if call is None:
        raise Http404
    return call
