"""All of a tenant's registrations at once: how many are how, and which devices need attention.

Set-based: the number of queries does not grow with the devices, and nothing is read row by row. What counts
as registered is the rule of `queries.status_of`; a test holds the two against each other.
"""

from dataclasses import dataclass

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest

from naisen.portal.devices.models import Device
from naisen.portal.registrations.models import Binding, Event, Failure, Verdict
from naisen.portal.registrations.queries import WITHOUT_REGISTRATION
from naisen.portal.tenants.models import LoginServer, Tenant


@dataclass(frozen=True)
class Overview:
    """How many devices are how; the five add up to `total`.

    `missing` are not registered although somebody uses them; `idle` are silent on purpose: 未使用, or their
    person is stopped. `unknown` cannot be told without asking another server.
    """

    registered: int = 0
    missing: int = 0
    idle: int = 0
    unknown: int = 0
    not_supported: int = 0

    @property
    def total(self) -> int:
        """All devices under contract."""
        return self.registered + self.missing + self.idle + self.unknown + self.not_supported


def overview(tenant: Tenant) -> Overview:
    """The tenant's devices by how they are registered now, in one query."""
    bound = Binding.objects.filter(tenant=tenant).values("device_id")
    groups = (
        Verdict.objects.filter(tenant=tenant)
        .annotate(bound=Case(When(device_id__in=bound, then=Value(True)), default=Value(False)))
        .values_list("device__kind", "device__server__status_mode", "why_not", "login_only", "bound")
        .annotate(count=Count("*"))
    )
    counts = dict.fromkeys(Overview.__dataclass_fields__, 0)
    for kind, mode, why_not, nobodys, is_bound, count in groups:
        counts[_state(kind, mode, why_not, nobodys, is_bound)] += count
    return Overview(**counts)


def missing(tenant: Tenant) -> QuerySet[Device]:
    """The devices that somebody uses and that are not registered, the latest trouble first."""
    bound = Binding.objects.filter(tenant=tenant).values("device_id")
    events = Event.objects.filter(device_id=OuterRef("pk")).order_by("-at")
    failures = Failure.objects.filter(device_id=OuterRef("pk")).order_by("-last_at")
    return (
        Device.objects.filter(tenant=tenant, person__isnull=False, person__stopped_at__isnull=True)
        .exclude(kind__in=WITHOUT_REGISTRATION)
        .filter(server__status_mode=LoginServer.StatusMode.LIVE)
        .filter(~Q(pk__in=bound) | ~Q(verdict__why_not=""))
        .annotate(
            trouble_at=Greatest(Subquery(failures.values("last_at")[:1]), Subquery(events.values("at")[:1]))
        )
        .select_related("server", "person", "person__number")
        .order_by(F("trouble_at").desc(nulls_last=True), "serial")
    )


def _state(kind: str, mode: str, why_not: str, nobodys: bool, is_bound: bool) -> str:
    if kind in WITHOUT_REGISTRATION:
        return "not_supported"
    if mode == LoginServer.StatusMode.ON_DEMAND:
        return "unknown"
    if is_bound and not why_not:
        return "registered"
    return "idle" if nobodys or why_not == "stopped" else "missing"
