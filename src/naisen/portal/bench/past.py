"""Fills a tenant's past: as many calls and registrations as it has devices, within the last six days.

The portal's own role may write neither: the owner does, in a connection of its own, and whoever fills in a
transaction that is taken back has to `forget`.
"""

import os

import psycopg

from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

CALLS = """
INSERT INTO calls_callrecord (tenant_id, call_id, direction, caller_device_id, caller_person_id, caller_number,
    caller_name, called_number, called_person_id, answered_device_id, started_at, answered_at, ended_at, duration_ms,
    result, sip_code, hung_up_by, reason, decision, legs)
SELECT %(tenant)s, 'bench' || n, (ARRAY['internal', 'outbound', 'inbound'])[1 + n %% 3],
       (%(devices)s::bigint[])[1 + n %% %(count)s], (%(people)s::bigint[])[1 + n %% %(count)s],
       (2000000 + n)::text, '発信 ' || n, lpad(((n * 7919) %% 1000000)::text, 10, '0390000000'),
       (%(people)s::bigint[])[1 + (n * 31) %% %(count)s],
       CASE WHEN n %% 4 > 0 THEN (%(devices)s::bigint[])[1 + (n * 31) %% %(count)s] END,
       at, CASE WHEN n %% 4 > 0 THEN at + interval '5 s' END, at + interval '5 s' + (n %% 600) * interval '1 s',
       CASE WHEN n %% 4 > 0 THEN (n %% 600) * 1000 ELSE 0 END,
       CASE WHEN n %% 4 > 0 THEN 'answered' ELSE (ARRAY['busy', 'no_answer', 'cancelled'])[1 + n %% 3] END,
       200, 'caller', '', %(decision)s::jsonb, %(legs)s::jsonb
  FROM (SELECT n, now() - n * (interval '6 days' / %(count)s) AS at FROM generate_series(1, %(count)s) n) calls
"""
DECISION = """{"stages": [{"action": "ring", "targets": [], "steps": [
{"key": "caller", "login": "bench1", "extension": "2000001", "name": "田中"},
{"key": "number_is", "digits": "2000002", "kind": "person", "id": 1},
{"key": "device_registered", "login": "bench2"}, {"key": "rings", "devices": 1, "timeout_s": 60}]}]}"""
LEGS = """[{"stage": 0, "device_id": 1, "person_id": 1, "number": "", "started_ms": 1, "rang_ms": 2, "ended_ms": 3,
"result": "answered", "code": 200}]"""
EVENTS = """
INSERT INTO registrations_event (tenant_id, device_id, at, what, contact, address, terminal)
SELECT %(tenant)s, device, now() - interval '5 days' - n * interval '1 s', 'registered', 'sip:x@192.168.1.5',
       '203.0.' || n %% 200 || '.' || n %% 250 || ':5060', 'bench'
  FROM unnest(%(devices)s::bigint[]) WITH ORDINALITY AS all_of_them (device, n)
UNION ALL
SELECT %(tenant)s, device, now() - n * (interval '1 day' / %(count)s), 'expired', 'sip:x@192.168.1.5',
       '203.0.' || n %% 200 || '.' || n %% 250 || ':5060', 'bench'
  FROM unnest(%(devices)s::bigint[]) WITH ORDINALITY AS all_of_them (device, n) WHERE n %% 5 = 0
"""
# Who registered in that past has been seen: edge.note_registration notes it where a phone does.
SEEN = "UPDATE registrations_presence SET seen = true WHERE tenant_id = %(tenant)s"


def fill_past(tenant: Tenant) -> None:
    """One call a device, one registration, and for every fifth a loss."""
    devices = list(Device.objects.filter(tenant=tenant).order_by("serial").values_list("pk", flat=True))
    people = list(Person.objects.filter(tenant=tenant).order_by("serial").values_list("pk", flat=True))
    values = {
        **{"tenant": tenant.pk, "count": len(people), "devices": devices, "people": people},
        **{"decision": DECISION, "legs": LEGS},
    }
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        for statement in (CALLS, EVENTS, SEEN):
            owner.execute(statement.encode(), values)


def forget_past(tenant: Tenant) -> None:
    """Take it away again."""
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("DELETE FROM calls_callrecord WHERE tenant_id = %s", [tenant.pk])
        owner.execute("DELETE FROM registrations_event WHERE tenant_id = %s", [tenant.pk])
