"""The view of all devices' states at once, for counting them."""

from typing import ClassVar

from django.db import migrations, models

# The rule of registrations.queries.status_of, in sets. Row-level security of the tables holds here too. Each
# table is read once: 10,000 devices are counted in some ten milliseconds.
STATE = """
CREATE VIEW registrations_state WITH (security_invoker = true) AS
SELECT d.id AS device_id, d.tenant_id,
       CASE
         WHEN d.kind = 'trunk_by_address' THEN 'not_supported'
         WHEN s.status_mode = 'on_demand' THEN 'unknown'
         WHEN l.username IS NOT NULL AND device_why_not(
             d.person_id, p.stopped_at, t.allows_phone_login, d.cancels_on, t.suspended_at, t.closes_on,
             (now() AT TIME ZONE t.time_zone)::date, coalesce(open.effective_at <= now(), false)
         ) = '' THEN 'registered'
         WHEN d.person_id IS NULL OR p.stopped_at IS NOT NULL THEN 'idle'
         ELSE 'missing'
       END::varchar AS state
FROM devices_device d
JOIN tenants_loginserver s ON s.id = d.server_id
JOIN tenants_tenant t ON t.id = d.tenant_id
LEFT JOIN people_person p ON p.id = d.person_id
LEFT JOIN devices_credential open ON open.device_id = d.id AND open.ended_at IS NULL
LEFT JOIN (
    SELECT DISTINCT username, domain FROM edge.location WHERE expires > (now() AT TIME ZONE 'UTC')
) l ON l.username = d.login AND l.domain = t.domain;
GRANT SELECT ON registrations_state TO naisen_portal;
"""


class Migration(migrations.Migration):
    """Makes the view."""

    dependencies: ClassVar = [("registrations", "0001_initial"), ("edge_schema", "0001_edge")]
    operations: ClassVar = [
        migrations.RunSQL(
            STATE,
            "DROP VIEW registrations_state;",
            state_operations=[
                migrations.CreateModel(
                    name="DeviceState",
                    fields=[
                        (
                            "device",
                            models.OneToOneField(
                                on_delete=models.DO_NOTHING,
                                primary_key=True,
                                related_name="device_state",
                                serialize=False,
                                to="devices.device",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                on_delete=models.DO_NOTHING, related_name="+", to="tenants.tenant"
                            ),
                        ),
                        ("state", models.CharField(max_length=16)),
                    ],
                    options={"db_table": "registrations_state", "managed": False},
                ),
            ],
        ),
    ]
