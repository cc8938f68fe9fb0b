"""All of a tenant's registrations at once: how many are how, and which devices need attention.

Set-based: the number of queries does not grow with the devices, and nothing is read row by row. What counts
as registered is the rule of `queries.status_of`; a test holds the two against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from naisen.portal.devices.models import Device
from naisen.portal.registrations.models import DeviceState, Event, Failure
from naisen.portal.tenants.models import Tenant

# Among how many missing devices the latest trouble is looked for; beyond, the lowest IDs count.
CONSIDERED = 500


@dataclass(frozen=True)
class Overview:
    """How many devices are how; the five add up to `total`.

    `missing` are not registered although somebody uses them (their ids are `missing_ids`); `idle` are silent
    on purpose: 未使用, or their person is stopped. `unknown` cannot be told without asking another server.
    """

    registered: int = 0
    missing: int = 0
    idle: int = 0
    unknown: int = 0
    not_supported: int = 0
    missing_ids: Sequence[int] = ()

    @property
    def total(self) -> int:
        """All devices under contract."""
        return self.registered + self.missing + self.idle + self.unknown + self.not_supported


def overview(tenant: Tenant) -> Overview:
    """The tenant's devices by how they are registered now, in one query."""
    states = (
        DeviceState.objects.filter(tenant=tenant)
        .values_list("state")
        .annotate(count=Count("*"), ids=ArrayAgg("device_id", filter=Q(state="missing")))
    )
    rows = {state: (count, ids) for state, count, ids in states}
    counts = {state: count for state, (count, _ids) in rows.items()}
    return Overview(**counts, missing_ids=sorted(rows.get("missing", (0, ()))[1]))


def latest_trouble(tenant: Tenant, ids: Sequence[int]) -> QuerySet[Device]:
    """Of the devices with these ids, those that something happened to last come first."""
    events = Event.objects.filter(device_id=OuterRef("pk")).order_by("-at")
    failures = Failure.objects.filter(device_id=OuterRef("pk")).order_by("-last_at")
    at = Greatest(Subquery(failures.values("last_at")[:1]), Subquery(events.values("at")[:1]))
    return (
        Device.objects.filter(tenant=tenant, pk__in=ids[:CONSIDERED])
        .annotate(trouble_at=at)
        .select_related("server", "person", "person__number")
        .order_by(F("trouble_at").desc(nulls_last=True), "serial")
    )
