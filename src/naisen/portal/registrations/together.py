"""An office that drops as one: many devices behind one public address, lost within moments, are one event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from naisen.portal.tenants.models import Tenant

TOGETHER = 3
"""So many devices lost at one address are the office, not the phones."""
GAP = timedelta(seconds=20)
"""A loss that follows another at the same address within this time belongs to it."""
AROUND = timedelta(minutes=2)
MOST_OF = 0.8
"""A department that so many of the devices belong to gives the place its name."""

LOST = """
WITH span AS (
  SELECT * FROM unnest(%(begin)s::timestamptz[], %(end)s::timestamptz[]) AS span (begins, ends)
), lost AS (
  SELECT DISTINCT e.device_id, e.at, regexp_replace(e.address, ':[0-9]+$', '') AS host
    FROM span JOIN registrations_event e ON e.tenant_id = %(tenant)s AND e.what IN ('expired', 'dropped')
                                        AND e.at BETWEEN span.begins AND span.ends
   WHERE e.address <> ''
), marked AS (
  SELECT *, coalesce(at - lag(at) OVER (PARTITION BY host ORDER BY at) > %(gap)s, true) AS is_first FROM lost
), numbered AS (
  SELECT *, count(*) FILTER (WHERE is_first) OVER (PARTITION BY host ORDER BY at, device_id) AS number FROM marked
)
SELECT host, min(at), max(at), array_agg(DISTINCT device_id) FROM numbered
 GROUP BY host, number HAVING count(DISTINCT device_id) >= %(together)s ORDER BY 3 DESC
"""
PLACES = """
SELECT host.number, d.name, count(DISTINCT device.id)
  FROM unnest(%(number)s::int[], %(device)s::bigint[]) AS host (number, device_id)
  JOIN devices_device device ON device.id = host.device_id AND device.tenant_id = %(tenant)s
  JOIN departments_membership m ON m.person_id = device.person_id AND m.tenant_id = %(tenant)s
  JOIN departments_department d ON d.id = m.department_id AND d.tenant_id = %(tenant)s
 GROUP BY host.number, d.id, d.name ORDER BY 3 DESC, 2
"""


@dataclass(frozen=True)
class Drop:
    """Devices that were lost together, and the address that they were seen at; `place` is '' where unknown."""

    host: str
    began_at: datetime
    ended_at: datetime
    device_ids: frozenset[int]
    place: str = ""

    def __str__(self) -> str:
        """「営業部(203.0.113.5)の 12 台が同時に切れました」."""
        where = f"{self.place}({self.host})" if self.place else f"{self.host} "
        return _("%(where)sの %(count)s 台が同時に切れました") % {
            "where": where,
            "count": len(self.device_ids),
        }

    def holds(self, device_id: int, at: datetime) -> bool:
        """Whether this loss of a device is part of it."""
        return device_id in self.device_ids and self.began_at <= at <= self.ended_at


def drops(tenant: Tenant, begins: datetime, ends: datetime) -> list[Drop]:
    """What was lost together between two times, the latest first; one query, two when there is something."""
    return _drops(tenant, [(begins, ends)])


def drops_around(tenant: Tenant, losses: Iterable[datetime]) -> list[Drop]:
    """What was lost together with any of these losses; no query without any."""
    spans = [(at - AROUND, at + AROUND) for at in losses]
    return _drops(tenant, spans) if spans else []


def _drops(tenant: Tenant, spans: Sequence[tuple[datetime, datetime]]) -> list[Drop]:
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "begin": [begins for begins, _ends in spans],
        "end": [ends for _begins, ends in spans],
        "gap": GAP,
        "together": TOGETHER,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOST, values)
        found = [Drop(host, began, ended, frozenset(ids)) for host, began, ended, ids in cursor.fetchall()]
    return _with_places(tenant, found)


def _with_places(tenant: Tenant, found: Sequence[Drop]) -> list[Drop]:
    if not found:
        return []
    pairs = [(number, pk) for number, drop in enumerate(found) for pk in drop.device_ids]
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "number": [number for number, _pk in pairs],
        "device": [pk for _number, pk in pairs],
    }
    places: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(PLACES, values)
        for number, name, count in cursor.fetchall():
            if count >= MOST_OF * len(found[number].device_ids):
                places.setdefault(number, name)
    return _named(found, places)


def _named(found: Sequence[Drop], places: Mapping[int, str]) -> list[Drop]:
    return [replace(drop, place=places.get(number, "")) for number, drop in enumerate(found)]
