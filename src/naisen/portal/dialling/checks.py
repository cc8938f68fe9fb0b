"""「番号チェック」: numbers that would ring nobody, and settings that lead nowhere.

One statement looks at all of a tenant's numbers at once and counts what it finds; one reads a page of it. Only
where forwarding leads is followed here, because the plan of outside numbers (naisen.routing.japan) is no
database's: what is found comes back to the statements as rows.
"""

from collections.abc import Collection, Iterable, Mapping
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
# Each device that is not registered is looked up in its own events, whatever the planner thinks there is of them:
# OFFSET 0 keeps the steps apart. Else it may read all events for each person.
PEOPLE_NEVER_SEEN = """
SELECT 'person_never_seen', 'person', p.id, p.name, p.extension, silent.count::text
  FROM (SELECT d.person_id, count(*) AS count
          FROM (SELECT d.id, d.person_id FROM devices_device d
                 WHERE d.tenant_id = %(tenant)s AND d.person_id IS NOT NULL AND NOT EXISTS (
                     SELECT FROM edge.location l
                      WHERE l.domain = %(domain)s AND l.username = d.login
                        AND l.expires > (now() AT TIME ZONE 'UTC')
                 ) OFFSET 0) AS d
          CROSS JOIN LATERAL (
              SELECT EXISTS (SELECT FROM registrations_event e WHERE e.device_id = d.id) AS is_known OFFSET 0
          ) AS events
         WHERE NOT is_known
         GROUP BY d.person_id
        HAVING count(*) = (SELECT count(*) FROM devices_device every
                            WHERE every.tenant_id = %(tenant)s AND every.person_id = d.person_id)
        OFFSET 0) AS silent
  JOIN people_person p ON p.id = silent.person_id
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND p.forward_always = '' AND p.forward_unregistered = ''
"""
# S1-40. Who may call out on nothing at all is meant to.
DEFAULT_LINES = """
SELECT 'default_line_not_allowed', 'person', p.id, p.name, p.extension, l.name || '【' || l.number || '】'
  FROM people_person p JOIN lines_line l ON l.id = p.default_line_id
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND NOT EXISTS (SELECT FROM lines_linecaller c WHERE c.line_id = p.default_line_id AND c.person_id = p.id)
"""
# IS TRUE: callers are looked up in one table in memory; the planner would join them one by one.
COMMON_LINE = """
SELECT 'common_line_not_allowed', 'person', p.id, p.name, p.extension, l.name || '【' || l.number || '】'
  FROM people_person p JOIN lines_line l ON l.id = %(common_line)s
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL AND p.default_line_id IS NULL
   AND (p.id IN (SELECT person_id FROM lines_linecaller WHERE tenant_id = %(tenant)s)) IS TRUE
   AND NOT EXISTS (SELECT FROM lines_linecaller c WHERE c.line_id = %(common_line)s AND c.person_id = p.id)
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
# Which troubles each can find.
CHECKS: Mapping[str, Collection[str]] = {
    LEADS: ("forward_loop", "forward_missing", "forward_stopped", "forward_not_allowed", "forward_abroad"),
    DEPARTMENTS: ("department_empty", "department_stopped", "department_no_device"),
    LINES: ("line_no_recipients", "line_recipients_stopped"),
    LINES_WITHOUT_TRUNK: ("line_no_trunk",),
    DEFAULT_LINES: ("default_line_not_allowed",),
    COMMON_LINE: ("common_line_not_allowed",),
    PEOPLE_WITHOUT_DEVICE: ("person_no_device",),
    PEOPLE_NEVER_SEEN: ("person_never_seen",),
}
FOUND = "FROM ({checks}) AS found (trouble, thing, id, name, digits, detail)"
COUNTS = f"SELECT trouble, count(*) {FOUND} GROUP BY trouble"
PAGE = f"""
SELECT * {FOUND} WHERE trouble = ANY (%(troubles_shown)s)
 ORDER BY array_position(%(troubles_shown)s::text[], trouble), digits, id, detail LIMIT %(limit)s OFFSET %(offset)s
"""


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

    With `only` the rows are of that kind alone. `offset` and `limit` are in rows; beyond the end are the rows of
    the last page.
    """
    values = {
        "tenant": tenant.pk,
        "domain": tenant.domain,
        "common_line": tenant.common_line_id,
        **_columns(list(leads_of(tenant))),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(checks=" UNION ALL ".join(CHECKS)), values)
        counts: dict[str, int] = dict(cursor.fetchall())
    chosen = {trouble: counts.get(trouble, 0) for trouble in ([only] if only else order)}
    last = max(sum(chosen.values()) - 1, 0) // limit * limit
    return Found(counts, _rows(values, chosen, min(offset, last), limit))


def _rows(values: dict[str, Any], counts: Mapping[str, int], offset: int, limit: int) -> list[Trouble]:
    """Rows of the troubles in the order of `counts`: only what finds one of the page's is asked again."""
    before, shown = 0, {}
    for trouble, count in counts.items():
        if before < offset + limit and before + count > offset:
            shown[trouble] = before
        before += count
    if not shown:
        return []
    checks = [sql for sql, troubles in CHECKS.items() if not shown.keys().isdisjoint(troubles)]
    values |= {"troubles_shown": list(shown), "limit": limit, "offset": offset - min(shown.values())}
    with connection.cursor() as cursor:
        cursor.execute(PAGE.format(checks=" UNION ALL ".join(checks)), values)
        return [Trouble(*row) for row in cursor.fetchall()]


def _columns(leads: list[Lead]) -> dict[str, list[Any]]:
    return {
        "troubles": [lead.trouble for lead in leads],
        "things": [lead.thing for lead in leads],
        "ids": [lead.id for lead in leads],
        "details": [lead.detail for lead in leads],
    }
