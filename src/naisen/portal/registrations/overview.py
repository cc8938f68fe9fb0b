"""All of a tenant's registrations at once: how many are how, and which devices need attention.

Set-based: the number of queries does not grow with the devices, and nothing is read row by row. What counts
as registered is the rule of `queries.status_of`; a test holds the two against each other.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BooleanField, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest
from django.utils import timezone

from naisen.portal.devices.models import Device
from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.together import Drop
from naisen.portal.tenants.models import Tenant

# Among how many missing devices the latest trouble is looked for; beyond, the lowest ids count.
CONSIDERED = 500
STATE_NAMES = ("registered", "missing", "idle", "unknown", "not_supported")
REGISTERED, MISSING, IDLE, UNKNOWN, NOT_SUPPORTED = range(len(STATE_NAMES))
# Each device with its state, as a place in STATE_NAMES: numbers are counted in half the time of words. What all
# have in common is given, so that nothing is worked out once a device and no other tenant's bindings are read;
# few people are stopped and few passwords wait, so both come from small indexes. Who is registered is looked up
# in a table in memory, which a join would have to make twice (settings.DATABASES gives it room).
# Row-level security holds.
STATES = f"""
SELECT d.id,
       CASE
         WHEN d.kind = 'trunk_by_address' THEN {NOT_SUPPORTED}
         WHEN d.server_id IN (SELECT id FROM tenants_loginserver WHERE status_mode = 'on_demand') THEN {UNKNOWN}
         WHEN d.login IN (
             SELECT username FROM edge.location
              WHERE domain = %(domain)s AND expires > (now() AT TIME ZONE 'UTC')
         ) AND device_why_not(
             d.person_id, p.stopped_at, %(allows_phone_login)s, d.cancels_on, %(suspended_at)s::timestamptz,
             %(closes_on)s::date, %(today)s::date, waiting.id IS NULL
         ) = '' THEN {REGISTERED}
         WHEN d.person_id IS NULL OR p.stopped_at IS NOT NULL THEN {IDLE}
         ELSE {MISSING}
       END AS state
FROM devices_device d
LEFT JOIN people_person p ON p.id = d.person_id AND p.tenant_id = %(tenant)s AND p.stopped_at IS NOT NULL
LEFT JOIN devices_credential waiting ON waiting.device_id = d.id AND waiting.tenant_id = %(tenant)s
                                    AND waiting.ended_at IS NULL AND waiting.effective_at > now()
WHERE d.tenant_id = %(tenant)s
"""  # noqa: S608 - all are constants
# No GROUP BY: the planner takes the states for many and sorts all the devices on disk.
COUNTS = f"""
SELECT {", ".join(f"count(*) FILTER (WHERE state = {place})" for place in range(len(STATE_NAMES)))},
       ARRAY(SELECT id FROM unnest(array_agg(id) FILTER (WHERE state = {MISSING})) AS missing (id)
              ORDER BY id LIMIT {CONSIDERED})
FROM ({STATES} OFFSET 0) states
"""  # noqa: S608 - all are constants
# An array, so that the states are worked out first, by themselves, whatever else the query asks.
IN_STATE = f"devices_device.id = ANY (ARRAY(SELECT id FROM ({STATES}) states WHERE state = %(state)s))"  # noqa: S608
PLACE = re.compile(r"%\(([a-z_]+)\)s")


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
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, _given(tenant))
        *counts, missing_ids = cursor.fetchone()
    return Overview(**dict(zip(STATE_NAMES, counts, strict=True)), missing_ids=missing_ids)


def in_state(tenant: Tenant, state: str) -> RawSQL:
    """The condition that one of the tenant's devices is in `state`, one of STATE_NAMES; for a filter of Device."""
    given = {**_given(tenant), "state": STATE_NAMES.index(state)}
    # Django counts the places of a part of a query; it does not name them.
    places = [given[name] for name in PLACE.findall(IN_STATE)]
    return RawSQL(PLACE.sub("%s", IN_STATE), places, output_field=BooleanField())  # noqa: S611 - a constant


def _given(tenant: Tenant) -> dict[str, Any]:
    """What STATES asks for of the tenant."""
    return {
        "tenant": tenant.pk,
        "domain": tenant.domain,
        "allows_phone_login": tenant.allows_phone_login,
        "suspended_at": tenant.suspended_at,
        "closes_on": tenant.closes_on,
        "today": timezone.now().astimezone(ZoneInfo(tenant.time_zone)).date(),
    }


def latest_trouble(tenant: Tenant, ids: Sequence[int], *, besides: Iterable[Drop] = ()) -> QuerySet[Device]:
    """Of the devices with these ids, those that something happened to last come first.

    `besides`: without those that were lost together there, and had no other trouble since.
    """
    events = Event.objects.filter(device_id=OuterRef("pk")).order_by("-at")
    failures = Failure.objects.filter(device_id=OuterRef("pk")).order_by("-last_at")
    at = Greatest(Subquery(failures.values("last_at")[:1]), Subquery(events.values("at")[:1]))
    found = (
        Device.objects.filter(tenant=tenant, pk__any_of=list(ids))
        .annotate(trouble_at=at)
        .select_related("server", "person", "person__number")
        .order_by(F("trouble_at").desc(nulls_last=True), "serial")
    )
    for drop in besides:
        found = found.exclude(pk__in=drop.device_ids, trouble_at__lte=drop.ended_at)
    return found
