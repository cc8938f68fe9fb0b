"""All of a tenant's registrations at once: how many are how, and which devices need attention.

Set-based: the number of queries does not grow with the devices, and nothing is read row by row. What counts
as registered is the rule of `queries.status_of`; a test holds the two against each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
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

# Among how many missing devices the latest trouble is looked for; beyond, the first of the list count.
CONSIDERED = 500
STATE_NAMES = ("registered", "missing", "idle", "unknown", "not_supported")
REGISTERED, MISSING, IDLE, UNKNOWN, NOT_SUPPORTED = range(len(STATE_NAMES))
# Nearly every device's state follows from its row of registrations_presence, and indexes tell those states apart
# (edge_schema/sql/18_presence.sql). The few where something else has a say, or may have, are found by small indexes:
# a binding without a user, a contract that ends, no registration by kind or server, and a password that waits. And a
# binding may have run out: each of the tenant's is looked at for that. Row-level security holds.
APART = """
SELECT device_id FROM registrations_presence WHERE tenant_id = %(tenant)s AND NOT used AND bindings > 0
 UNION SELECT id FROM devices_device WHERE tenant_id = %(tenant)s AND cancels_on IS NOT NULL
 UNION SELECT id FROM devices_device WHERE tenant_id = %(tenant)s AND kind = 'trunk_by_address'
 UNION SELECT id FROM devices_device WHERE tenant_id = %(tenant)s AND server_id = ANY (
           ARRAY(SELECT id FROM tenants_loginserver WHERE status_mode = 'on_demand'))
 UNION SELECT device_id FROM devices_credential
        WHERE tenant_id = %(tenant)s AND ended_at IS NULL AND effective_at > now()
"""
LASTS = """EXISTS (
    SELECT FROM edge.location b WHERE b.domain = %(domain)s AND b.username = d.login
                                  AND b.expires > (now() AT TIME ZONE 'UTC'))"""
WHY_NOT = "%(allows_phone_login)s, {cancels_on}, %(suspended_at)s::timestamptz, %(closes_on)s::date, %(today)s::date"
# Each of the few with its state, as a place in STATE_NAMES.
WITH_FEW = f"""
WITH apart AS MATERIALIZED (
    SELECT d.id, d.serial, here.used, here.bindings,
           CASE
             WHEN d.kind = 'trunk_by_address' THEN {NOT_SUPPORTED}
             WHEN s.status_mode = 'on_demand' THEN {UNKNOWN}
             WHEN {LASTS} AND device_why_not(
                 d.person_id, p.stopped_at, {WHY_NOT.format(cancels_on="d.cancels_on")}, waiting.id IS NULL
             ) = '' THEN {REGISTERED}
             WHEN d.person_id IS NULL OR p.stopped_at IS NOT NULL THEN {IDLE}
             ELSE {MISSING}
           END AS state
    FROM devices_device d
    JOIN registrations_presence here ON here.device_id = d.id
    JOIN tenants_loginserver s ON s.id = d.server_id
    LEFT JOIN people_person p ON p.id = d.person_id
    LEFT JOIN devices_credential waiting ON waiting.device_id = d.id AND waiting.ended_at IS NULL
                                        AND waiting.effective_at > now()
    WHERE d.tenant_id = %(tenant)s AND d.id = ANY (ARRAY({APART}))
), over AS MATERIALIZED (
    SELECT DISTINCT d.id, d.serial, here.used, here.bindings, {MISSING} AS state
    FROM edge.location l
    JOIN devices_device d ON d.login = l.username AND d.tenant_id = %(tenant)s
    JOIN registrations_presence here ON here.device_id = d.id AND here.used
    WHERE l.domain = %(domain)s AND l.expires <= (now() AT TIME ZONE 'UTC') AND NOT {LASTS}
      AND d.id NOT IN (SELECT id FROM apart)
), few AS (SELECT * FROM apart UNION ALL SELECT * FROM over)
"""  # noqa: S608 - all are constants
# Whether any device of the tenant may register: the rule, for one with nothing against it.
IS_OPEN = f"device_why_not(0, NULL, {WHY_NOT.format(cancels_on='NULL')}, true) = ''"
# State → of which rows of registrations_presence it is, but for the few.
OTHERS: Mapping[int, Sequence[str]] = {
    REGISTERED: (f"used AND bindings > 0 AND {IS_OPEN}",),
    MISSING: ("used AND bindings = 0", f"used AND bindings > 0 AND NOT {IS_OPEN}"),
    IDLE: ("NOT used",),
    UNKNOWN: (),
    NOT_SUPPORTED: (),
}


def _count(state: int) -> str:
    """How many devices are in a state: all that may be, without the few of them, and those of the few that are."""
    others = "".join(
        f" + (SELECT count(*) FROM registrations_presence WHERE tenant_id = %(tenant)s AND {rows})"  # noqa: S608
        f" - (SELECT count(*) FROM few WHERE {rows})"
        for rows in OTHERS[state]
    )
    return f"(SELECT count(*) FROM few WHERE state = {state}){others}"  # noqa: S608 - all are constants


def _devices(state: int, limit: str = "") -> str:
    """(serial, device_id) of the devices in a state; `limit` is for each of the sets that they come from."""
    others = (
        f"(SELECT serial, device_id FROM registrations_presence WHERE tenant_id = %(tenant)s AND {rows}"  # noqa: S608
        f" AND device_id NOT IN (SELECT id FROM few) {limit}) UNION ALL "
        for rows in OTHERS[state]
    )
    return f"{''.join(others)}SELECT serial, id AS device_id FROM few WHERE state = {state}"  # noqa: S608


def _own(state: int) -> str:
    """Whether a device that is none of the few is in a state."""
    return " OR ".join(f"({rows})" for rows in OTHERS[state]) or "false"


FIRST = f"ORDER BY serial LIMIT {CONSIDERED}"
COUNTS = f"""{WITH_FEW}
SELECT {", ".join(_count(state) for state in range(len(STATE_NAMES)))},
       ARRAY(SELECT device_id FROM ({_devices(MISSING, FIRST)}) AS missing {FIRST})
"""  # noqa: S608 - all are constants
# Whether one device is in a state, for a search: by its own row, since words leave few devices; the few are found once.
IN_STATE = tuple(
    f"""(
{WITH_FEW} SELECT coalesce((SELECT few.state = {state} FROM few WHERE few.id = own.device_id), {_own(state)})
  FROM registrations_presence own WHERE own.device_id = devices_device.id)"""  # noqa: S608
    for state in range(len(STATE_NAMES))
)
PAGE = tuple(
    f"""{WITH_FEW}
SELECT cardinality(ids), ids[place + 1 : place + %(rows)s]
  FROM (SELECT coalesce(array_agg(device_id ORDER BY serial), ARRAY[]::bigint[]) AS ids
          FROM ({_devices(state)}) AS found) AS every
  CROSS JOIN LATERAL (
      SELECT greatest(least(%(before)s, (cardinality(ids) - 1) / %(rows)s * %(rows)s), 0) AS place
  ) AS begins
"""  # noqa: S608 - all are constants
    for state in range(len(STATE_NAMES))
)
PLACE = re.compile(r"%\(([a-z_]+)\)s")


@dataclass(frozen=True)
class Overview:
    """How many devices are how; the five add up to `total`.

    `missing` are not registered although somebody uses them (the ids of the first CONSIDERED are
    `missing_ids`, in the order of the list); `idle` are silent on purpose: 未使用, or their person is stopped. `unknown` cannot be told
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
    sql, given = IN_STATE[STATE_NAMES.index(state)], _given(tenant)
    # Django counts the places of a part of a query; it does not name them.
    places = [given[name] for name in PLACE.findall(sql)]
    return RawSQL(PLACE.sub("%s", sql), places, output_field=BooleanField())  # noqa: S611 - a constant


def page_in_state(tenant: Tenant, state: str, rows: int, before: int) -> tuple[int, list[int]]:
    """How many devices are in `state`, and the ids of a page of `rows` of them in order of serial, in one query.

    The page begins after `before` devices; beyond the end it is the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAGE[STATE_NAMES.index(state)], {**_given(tenant), "before": before, "rows": rows})
        count, ids = cursor.fetchone()
    return count, ids


def _given(tenant: Tenant) -> dict[str, Any]:
    """What the statements ask for of the tenant."""
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
