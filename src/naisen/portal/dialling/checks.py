"""「番号チェック」: numbers that would ring nobody, and settings that lead nowhere.

One statement looks at all of a tenant's numbers at once. Only where forwarding leads is followed here, because
the plan of outside numbers (naisen.routing.japan) is no database's: what is found comes back to the statement
as rows.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from naisen.portal.dialling.forwards import Lead, leads_of
from naisen.portal.tenants.models import Tenant

ROWS = 50

# `(SELECT true … LIMIT 1) IS NULL` is NOT EXISTS, but it ends at the first row of each department and line.
# Every check gives: kind of trouble, kind and id of the thing, its name and digits, and a detail.
DEPARTMENTS = """
SELECT CASE WHEN members.count = 0 THEN 'department_empty'
            WHEN members.active = 0 THEN 'department_stopped'
            ELSE 'department_no_device' END,
       'department', g.id, g.name, n.digits, members.count::text
  FROM departments_department g
  JOIN numbering_number n ON n.id = g.number_id
  CROSS JOIN LATERAL (
      SELECT count(m.id) AS count, count(p.id) AS active
        FROM departments_membership m LEFT JOIN people_person p ON p.id = m.person_id AND p.stopped_at IS NULL
       WHERE m.department_id = g.id
  ) AS members
 WHERE g.tenant_id = %(tenant)s AND (
      SELECT true FROM departments_membership m JOIN people_person p ON p.id = m.person_id
        JOIN devices_device d ON d.tenant_id = %(tenant)s AND d.person_id = p.id
       WHERE m.department_id = g.id AND p.stopped_at IS NULL LIMIT 1
 ) IS NULL
"""
# Whoever forwards everything, or what no telephone is there for, needs none.
PEOPLE_WITHOUT_DEVICE = """
SELECT 'person_no_device', 'person', p.id, p.name, p.extension, ''
  FROM people_person p
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND p.forward_always = '' AND p.forward_unregistered = ''
   AND NOT EXISTS (SELECT 1 FROM devices_device d WHERE d.tenant_id = %(tenant)s AND d.person_id = p.id)
"""
PEOPLE_NEVER_SEEN = """
SELECT 'person_never_seen', 'person', p.id, p.name, p.extension, seen.count::text
  FROM people_person p
  JOIN (SELECT d.person_id, count(*) AS count FROM devices_device d
         WHERE d.tenant_id = %(tenant)s AND d.person_id IS NOT NULL
         GROUP BY d.person_id
        HAVING bool_and(NOT EXISTS (SELECT 1 FROM registrations_event e WHERE e.device_id = d.id))
       ) AS seen ON seen.person_id = p.id
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND p.forward_always = '' AND p.forward_unregistered = ''
   AND NOT EXISTS (SELECT 1 FROM registrations_binding b JOIN devices_device d ON d.id = b.device_id
                    WHERE b.tenant_id = %(tenant)s AND d.person_id = p.id)
"""
# S1-40. Who may call out on nothing at all is meant to.
DEFAULT_LINES = """
SELECT CASE WHEN p.default_line_id IS NULL THEN 'common_line_not_allowed' ELSE 'default_line_not_allowed' END,
       'person', p.id, p.name, p.extension, l.name || '【' || l.number || '】'
  FROM people_person p
  JOIN tenants_tenant t ON t.id = p.tenant_id
  JOIN lines_line l ON l.id = coalesce(p.default_line_id, t.common_line_id)
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM lines_linecaller c WHERE c.person_id = p.id AND c.line_id = l.id)
   AND (p.default_line_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM lines_linecaller c WHERE c.person_id = p.id))
"""
LINES = """
SELECT CASE WHEN recipients.count = 0 THEN 'line_no_recipients' ELSE 'line_recipients_stopped' END,
       'line', l.id, l.name, l.number, recipients.count::text
  FROM lines_line l
  CROSS JOIN LATERAL (SELECT count(*) AS count FROM lines_linerecipient r WHERE r.line_id = l.id) AS recipients
 WHERE l.tenant_id = %(tenant)s AND l.no_answer = 'busy' AND (
      SELECT true FROM lines_linerecipient r JOIN people_person p ON p.id = r.person_id
       WHERE r.line_id = l.id AND p.stopped_at IS NULL LIMIT 1
 ) IS NULL
"""
LINES_WITHOUT_TRUNK = """
SELECT 'line_no_trunk', 'line', l.id, l.name, l.number, ''
  FROM lines_line l WHERE l.tenant_id = %(tenant)s AND l.trunk_id IS NULL
"""
LEADS = """
SELECT f.trouble, f.thing, f.id, coalesce(p.name, l.name), coalesce(p.extension, l.number), f.detail
  FROM unnest(%(troubles)s::text[], %(things)s::text[], %(ids)s::bigint[], %(details)s::text[])
       AS f(trouble, thing, id, detail)
  LEFT JOIN people_person p ON f.thing = 'person' AND p.id = f.id AND p.tenant_id = %(tenant)s
  LEFT JOIN lines_line l ON f.thing = 'line' AND l.id = f.id AND l.tenant_id = %(tenant)s
"""
ALL = " UNION ALL ".join(
    (
        LEADS,
        DEPARTMENTS,
        PEOPLE_WITHOUT_DEVICE,
        PEOPLE_NEVER_SEEN,
        DEFAULT_LINES,
        LINES,
        LINES_WITHOUT_TRUNK,
    )
)
FOUND = f"WITH found(trouble, thing, id, name, digits, detail) AS MATERIALIZED ({ALL}) "
# The counts of all, and the rows of one page, of everything looked at once.
PAGE = (
    FOUND  # noqa: S608
    + ", counts AS (SELECT trouble, count(*) AS count FROM found GROUP BY trouble)"
    + ", page AS (SELECT * FROM found WHERE %(only)s = '' OR trouble = %(only)s"
    + " ORDER BY array_position(%(order)s::text[], trouble), digits, id, detail LIMIT %(limit)s OFFSET %(offset)s)"
    + " SELECT (SELECT coalesce(jsonb_object_agg(trouble, count), '{}') FROM counts), page.*"
    + " FROM (VALUES (1)) AS one LEFT JOIN page ON true"
    + " ORDER BY array_position(%(order)s::text[], trouble), digits, id, detail"
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend: a key of words.TROUBLES, and what it is about ('person', 'department', 'line')."""

    trouble: str
    thing: str
    id: int
    name: str
    digits: str
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """Trouble → how many there are of it, and the troubles of one page."""

    counts: Mapping[str, int]
    rows: list[Trouble]


def check(
    tenant: Tenant, order: Iterable[str], *, only: str = "", offset: int = 0, limit: int = ROWS
) -> Found:
    """The troubles of a tenant as they are now, by kind in the given order, then by number.

    With `only` the rows are of that kind alone. `offset` and `limit` are in rows.
    """
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "only": only,
        "order": list(order),
        "limit": limit,
        "offset": offset,
        **_columns(list(leads_of(tenant))),
    }
    with connection.cursor() as cursor:
        cursor.execute(PAGE, values)
        rows = cursor.fetchall()
    return Found(json.loads(rows[0][0]), [Trouble(*row[1:]) for row in rows if row[1] is not None])


def _columns(leads: list[Lead]) -> dict[str, list[Any]]:
    return {
        "troubles": [lead.trouble for lead in leads],
        "things": [lead.thing for lead in leads],
        "ids": [lead.id for lead in leads],
        "details": [lead.detail for lead in leads],
    }
