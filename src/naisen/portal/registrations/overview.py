"""All of a tenant's registrations at once: how many are how, and which devices need attention.

Set-based: the number of queries does not grow with the devices, and nothing is read row by row. What counts
as registered is the rule of `queries.status_of`; a test holds the two against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from naisen.portal.devices.models import Device
from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.together import Drop
from naisen.portal.tenants.models import Tenant

# Among how many missing devices the latest trouble is looked for; beyond, the lowest ids count.
CONSIDERED = 500
# Each device with its state. What all have in common is given, so that nothing is worked out once a device and
# no other tenant's bindings are read; few people are stopped and few passwords wait, so both come from small
# indexes. Row-level security holds.
STATES = """
SELECT d.id,
       CASE
         WHEN d.kind = 'trunk_by_address' THEN 'not_supported'
         WHEN s.status_mode = 'on_demand' THEN 'unknown'
         WHEN l.username IS NOT NULL AND device_why_not(
             d.person_id, p.stopped_at, %(allows_phone_login)s, d.cancels_on, %(suspended_at)s::timestamptz,
             %(closes_on)s::date, %(today)s::date, waiting.id IS NULL
         ) = '' THEN 'registered'
         WHEN d.person_id IS NULL OR p.stopped_at IS NOT NULL THEN 'idle'
         ELSE 'missing'
       END AS state
FROM devices_device d
JOIN tenants_loginserver s ON s.id = d.server_id
LEFT JOIN people_person p ON p.id = d.person_id AND p.tenant_id = %(tenant)s AND p.stopped_at IS NOT NULL
LEFT JOIN devices_credential waiting ON waiting.device_id = d.id AND waiting.tenant_id = %(tenant)s
                                    AND waiting.ended_at IS NULL AND waiting.effective_at > now()
LEFT JOIN (
    SELECT username FROM edge.location
     WHERE domain = %(domain)s AND expires > (now() AT TIME ZONE 'UTC') GROUP BY username
) l ON l.username = d.login
WHERE d.tenant_id = %(tenant)s
"""
COUNTS = f"""
SELECT state, count(*), (array_agg(id ORDER BY id) FILTER (WHERE state = 'missing'))[:{CONSIDERED}]
FROM ({STATES}) states GROUP BY state
"""  # noqa: S608 - both are constants


@dataclass(frozen=True)
class Overview:
    """How many devices are how; the five add up to `total`.

    `missing` are not registered although somebody uses them (the ids of the first CONSIDERED are
    `missing_ids`); `idle` are silent on purpose: 未使用, or their person is stopped. `unknown` cannot be told
    without asking another server.
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
    now = timezone.now()
    given: dict[str, Any] = {
        "tenant": tenant.pk,
        "domain": tenant.domain,
        "allows_phone_login": tenant.allows_phone_login,
        "suspended_at": tenant.suspended_at,
        "closes_on": tenant.closes_on,
        "today": now.astimezone(ZoneInfo(tenant.time_zone)).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, given)
        rows = cursor.fetchall()
    ids = {state: found for state, _count, found in rows}
    return Overview(**{state: count for state, count, _ids in rows}, missing_ids=ids.get("missing", ()))


def latest_trouble(tenant: Tenant, ids: Sequence[int], *, besides: Iterable[Drop] = ()) -> QuerySet[Device]:
    """Of the devices with these ids, those that something happened to last come first.

    `besides`: without those that were lost together there, and had no other trouble since.
    """
    events = Event.objects.filter(device_id=OuterRef("pk")).order_by("-at")
    failures = Failure.objects.filter(device_id=OuterRef("pk")).order_by("-last_at")
    at = Greatest(Subquery(failures.values("last_at")[:1]), Subquery(events.values("at")[:1]))
    found = (
        Device.objects.filter(tenant=tenant, pk__in=ids)
        .annotate(trouble_at=at)
        .select_related("server", "person", "person__number")
        .order_by(F("trouble_at").desc(nulls_last=True), "serial")
    )
    for drop in besides:
        found = found.exclude(pk__in=drop.device_ids, trouble_at__lte=drop.ended_at)
    return found
