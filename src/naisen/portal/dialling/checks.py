"""「番号チェック」: numbers that would ring nobody, and settings that lead nowhere.

Departments, lines and forwardings are few: what is wrong with them is read as a whole. People are many: those with
trouble are counted in one statement, and only what stands on a page is read. Only where forwarding leads is followed
here, because the plan of outside numbers (naisen.routing.japan) is no database's: what is found comes back to the
statements as rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from naisen.portal.dialling.forwards import Lead, leads_of
from naisen.portal.tenants.models import Tenant

ROWS = 50

# Few are stopped: they are looked up in memory, where a join would read each member's row.
STOPPED = "(SELECT id FROM people_person WHERE tenant_id = %(tenant)s AND stopped_at IS NOT NULL)"
# `(SELECT true … LIMIT 1) IS NULL` is NOT EXISTS, but it ends at the first row of each department and line.
# Every check gives: kind of trouble, kind and id of the thing, its name and digits, and a detail.
DEPARTMENTS = f"""
SELECT CASE WHEN members.count = 0 THEN 'department_empty'
            WHEN NOT members.are_active THEN 'department_stopped'
            ELSE 'department_no_device' END,
       'department', g.id, g.name, n.digits, members.count::text
  FROM departments_department g
  JOIN numbering_number n ON n.id = g.number_id
  CROSS JOIN LATERAL (
      SELECT (SELECT count(*) FROM departments_membership m WHERE m.department_id = g.id) AS count,
             EXISTS (SELECT FROM departments_membership m
                      WHERE m.department_id = g.id AND m.person_id NOT IN {STOPPED}) AS are_active
      OFFSET 0
  ) AS members
 WHERE g.tenant_id = %(tenant)s AND (
      SELECT true FROM departments_membership m
        JOIN devices_device d ON d.tenant_id = %(tenant)s AND d.person_id = m.person_id
       WHERE m.department_id = g.id AND m.person_id NOT IN {STOPPED} LIMIT 1
 ) IS NULL
"""  # noqa: S608 - all are constants
LINES = f"""
SELECT CASE WHEN recipients.count = 0 THEN 'line_no_recipients' ELSE 'line_recipients_stopped' END,
       'line', l.id, l.name, l.number, recipients.count::text
  FROM lines_line l
  CROSS JOIN LATERAL (SELECT count(*) AS count FROM lines_linerecipient r WHERE r.line_id = l.id) AS recipients
 WHERE l.tenant_id = %(tenant)s AND l.no_answer = 'busy' AND (
      SELECT true FROM lines_linerecipient r WHERE r.line_id = l.id AND r.person_id NOT IN {STOPPED} LIMIT 1
 ) IS NULL
"""  # noqa: S608 - all are constants
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
# People with a trouble are read from an index that has them in order, from its front or its end, until a page is full.
# EXISTS would be a join with all the devices first; a sub-select that is compared is asked for each person alone.
# Whoever forwards everything, or what no telephone is there for, needs none.
PEOPLE_WITHOUT_DEVICE = """
SELECT 'person_no_device', 'person', p.id, p.name, p.extension, ''
  FROM people_person p
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
   AND p.forward_always = '' AND p.forward_unregistered = ''
   AND coalesce((SELECT 1 FROM devices_device d WHERE d.tenant_id = %(tenant)s AND d.person_id = p.id LIMIT 1), 0) <> 1
"""
# Devices that never came are few, and known (edge_schema/sql/18_presence.sql).
PEOPLE_NEVER_SEEN = """
SELECT 'person_never_seen', 'person', p.id, p.name, p.extension, silent.count::text
  FROM (SELECT d.person_id, count(*) AS count
          FROM registrations_presence here
          JOIN devices_device d ON d.id = here.device_id AND d.person_id IS NOT NULL
         WHERE here.tenant_id = %(tenant)s AND NOT here.seen
         GROUP BY d.person_id
        HAVING count(*) = (SELECT count(*) FROM devices_device every
                            WHERE every.tenant_id = %(tenant)s AND every.person_id = d.person_id)) AS silent
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
COMMON_LINE = """
SELECT 'common_line_not_allowed', 'person', p.id, p.name, p.extension, l.name || '【' || l.number || '】'
  FROM people_person p JOIN lines_line l ON l.id = %(common_line)s
 WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL AND p.default_line_id IS NULL
   AND coalesce((SELECT 1 FROM lines_linecaller c WHERE c.tenant_id = %(tenant)s AND c.person_id = p.id LIMIT 1), 0) <> 0
   AND coalesce((SELECT 1 FROM lines_linecaller c
                  WHERE c.line_id = %(common_line)s AND c.person_id = p.id LIMIT 1), 0) <> 1
"""
# How many these are, from totals that indexes give: all who have no device, without the few of them who need none;
# and all who may call out, but not on the common line, without the few of them to whom that is nothing.
WITHOUT_DEVICE_COUNT = """
SELECT (SELECT count(*) FROM people_person WHERE tenant_id = %(tenant)s)
     - (SELECT count(*) FROM (SELECT FROM devices_device WHERE tenant_id = %(tenant)s AND person_id IS NOT NULL
                               GROUP BY person_id) AS used)
     - (SELECT count(*) FROM people_person p WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM devices_device d WHERE d.tenant_id = %(tenant)s AND d.person_id = p.id))
     - (SELECT count(*) FROM people_person p WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL
           AND NOT (forward_always = '' AND forward_busy = '' AND forward_no_answer = '' AND forward_unregistered = '')
           AND NOT (p.forward_always = '' AND p.forward_unregistered = '')
           AND NOT EXISTS (SELECT FROM devices_device d WHERE d.tenant_id = %(tenant)s AND d.person_id = p.id))
"""
ON_OTHERS_ALONE = """
EXISTS (SELECT FROM lines_linecaller c WHERE c.tenant_id = %(tenant)s AND c.person_id = p.id)
AND NOT EXISTS (SELECT FROM lines_linecaller c WHERE c.line_id = %(common_line)s AND c.person_id = p.id)
"""
COMMON_LINE_COUNT = f"""
SELECT CASE WHEN %(common_line)s::bigint IS NULL THEN 0 ELSE
       (SELECT count(*) FROM (SELECT FROM lines_linecaller WHERE tenant_id = %(tenant)s GROUP BY person_id) AS callers)
     - (SELECT count(*) FROM lines_linecaller WHERE tenant_id = %(tenant)s AND line_id = %(common_line)s)
     - (SELECT count(*) FROM people_person p
         WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NOT NULL AND {ON_OTHERS_ALONE})
     - (SELECT count(*) FROM people_person p
         WHERE p.tenant_id = %(tenant)s AND p.stopped_at IS NULL AND p.default_line_id = ANY (
               ARRAY(SELECT id FROM lines_line WHERE tenant_id = %(tenant)s)) AND {ON_OTHERS_ALONE})
       END
"""  # noqa: S608 - all are constants
THINGS = f"""
SELECT * FROM ({" UNION ALL ".join((LEADS, DEPARTMENTS, LINES, LINES_WITHOUT_TRUNK))})
    AS found (trouble, thing, id, name, digits, detail)
 ORDER BY digits, id, detail
"""  # noqa: S608 - all are constants
# Trouble → the people who have it, and how many they are.
PEOPLE: Mapping[str, tuple[str, str]] = {
    "default_line_not_allowed": (DEFAULT_LINES, f"SELECT count(*) FROM ({DEFAULT_LINES}) AS found"),  # noqa: S608
    "common_line_not_allowed": (COMMON_LINE, COMMON_LINE_COUNT),
    "person_no_device": (PEOPLE_WITHOUT_DEVICE, WITHOUT_DEVICE_COUNT),
    "person_never_seen": (PEOPLE_NEVER_SEEN, f"SELECT count(*) FROM ({PEOPLE_NEVER_SEEN}) AS found"),  # noqa: S608
}
PEOPLE_COUNTS = f"SELECT {', '.join(f'({count})' for _people, count in PEOPLE.values())}"
SLICE = """
(SELECT {place} AS place, found.* FROM ({people}) AS found (trouble, thing, id, name, digits, detail)
  ORDER BY digits {way}, id {way}, detail {way} LIMIT {rows} OFFSET {before})
"""
PAGE = "SELECT * FROM ({slices}) AS page ORDER BY place, digits, id, detail"


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
        "common_line": tenant.common_line_id,
        **_columns(list(leads_of(tenant))),
    }
    things = _troubles(THINGS, values)
    counts = Counter(trouble.trouble for trouble in things) + Counter(_people_counts(values))
    chosen = {trouble: counts[trouble] for trouble in ([only] if only else order)}
    last = max(sum(chosen.values()) - 1, 0) // limit * limit
    return Found(counts, _rows(values, things, shares(chosen, min(offset, last), limit), counts))


def shares(counts: Mapping[str, int], offset: int, limit: int) -> dict[str, tuple[int, int]]:
    """Kind → how many of it come before the rows from `offset` on, and how many are among these `limit` rows."""
    begin, found = 0, {}
    for kind, count in counts.items():
        first, beyond = max(offset - begin, 0), min(offset + limit - begin, count)
        if first < beyond:
            found[kind] = (first, beyond - first)
        begin += count
    return found


def _people_counts(values: Mapping[str, Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_COUNTS, values)
        return dict(zip(PEOPLE, cursor.fetchone(), strict=True))


def _rows(
    values: Mapping[str, Any],
    things: Sequence[Trouble],
    shown: Mapping[str, tuple[int, int]],
    counts: Mapping[str, int],
) -> list[Trouble]:
    """The rows that `shown` names, kind by kind; those of people are asked for in one statement."""
    slices = [
        _slice(place, kind, first, rows, counts[kind])
        for place, (kind, (first, rows)) in enumerate(shown.items())
        if kind in PEOPLE
    ]
    people = _troubles(PAGE.format(slices=" UNION ALL ".join(slices)), values, 1) if slices else []
    found = []
    for kind, (first, rows) in shown.items():
        of_kind = [trouble for trouble in things if trouble.trouble == kind][first : first + rows]
        found += of_kind or [trouble for trouble in people if trouble.trouble == kind]
    return found


def _slice(place: int, kind: str, first: int, rows: int, count: int) -> str:
    """`rows` of the people with a trouble, after the `first` of `count`: from the nearer end."""
    after = max(count - first - rows, 0)
    way, before = ("", first) if first <= after else ("DESC", after)
    return SLICE.format(place=place, people=PEOPLE[kind][0], way=way, rows=rows, before=before)


def _troubles(statement: str, values: Mapping[str, Any], begin: int = 0) -> list[Trouble]:
    """The rows of a statement; the columns before `begin` are only for their order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Trouble(*row[begin:]) for row in cursor.fetchall()]


def _columns(leads: list[Lead]) -> dict[str, list[Any]]:
    return {
        "troubles": [lead.trouble for lead in leads],
        "things": [lead.thing for lead in leads],
        "ids": [lead.id for lead in leads],
        "details": [lead.detail for lead in leads],
    }
