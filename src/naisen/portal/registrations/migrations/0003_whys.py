"""What the verdicts go by: attempts that no device was found for, times without the database, losses by time."""

from typing import ClassVar

from django.db import migrations, models

from naisen.portal.tenants.isolation import within

# Nobody's attempts, for finding out whom they were meant for. Those with a domain that is nobody's belong to
# no tenant, so row-level security hides them: the view shows one only where the login is a device's of the
# scope and of nobody else, for then it is that device's.
STRANGER = f"""
CREATE VIEW registrations_stranger AS
SELECT f.id, f.tenant_id, false AS is_elsewhere, f.domain, f.login, f.address, f.reason, f.first_at, f.last_at,
       f.count, f.terminal
FROM registrations_failure f
WHERE f.tenant_id IS NOT NULL AND f.device_id IS NULL AND ({within("f.tenant_id")})
UNION ALL
SELECT f.id, d.tenant_id, true, f.domain, f.login, f.address, f.reason, f.first_at, f.last_at, f.count, f.terminal
FROM registrations_failure f
JOIN devices_device d ON d.login = f.login
WHERE f.tenant_id IS NULL AND ({within("d.tenant_id")})
  AND NOT EXISTS (SELECT FROM devices_device o WHERE o.login = d.login AND o.tenant_id <> d.tenant_id);
GRANT SELECT ON registrations_stranger TO naisen_portal;
CREATE INDEX device_by_login ON devices_device (login);
CREATE INDEX failure_of_nobody ON registrations_failure (tenant_id, last_at DESC) WHERE device_id IS NULL;
CREATE INDEX failure_elsewhere ON registrations_failure (login) WHERE tenant_id IS NULL;
"""  # noqa: S608 - our own text
NO_STRANGER = """
DROP INDEX device_by_login, failure_of_nobody, failure_elsewhere;
DROP VIEW registrations_stranger;
"""
# The edge writes it when it finds the database again. It is nobody's, and says nothing about anybody.
OUTAGE = """
REVOKE ALL ON registrations_outage FROM naisen_portal;
GRANT SELECT ON registrations_outage TO naisen_portal;
CREATE INDEX outage_by_end ON registrations_outage (ended_at DESC);
CREATE FUNCTION edge.note_outage(began timestamptz, ended timestamptz) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO registrations_outage (began_at, ended_at) VALUES (began, ended)
$$;
REVOKE ALL ON FUNCTION edge.note_outage(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.note_outage(timestamptz, timestamptz) TO naisen_edge;
"""
# Losses alone, a small part of the events: who was lost together with whom (registrations.together).
LOSSES = """
CREATE INDEX event_of_loss ON registrations_event (tenant_id, at) WHERE what IN ('expired', 'dropped');
"""


class Migration(migrations.Migration):
    """Two views of what is there, one table that the edge fills."""

    dependencies: ClassVar = [
        ("registrations", "0002_state"),
        ("edge_schema", "0001_edge"),
        ("tenants", "0003_isolation"),
        ("devices", "0002_initial"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
            ],
            options={"ordering": ["-ended_at"]},
        ),
        migrations.RunSQL(OUTAGE, "DROP FUNCTION edge.note_outage; DROP INDEX outage_by_end;"),
        migrations.RunSQL(
            STRANGER,
            NO_STRANGER,
            state_operations=[
                migrations.CreateModel(
                    name="Stranger",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        (
                            "tenant",
                            models.ForeignKey(
                                on_delete=models.DO_NOTHING, related_name="+", to="tenants.tenant"
                            ),
                        ),
                        ("is_elsewhere", models.BooleanField()),
                        ("domain", models.CharField(max_length=190)),
                        ("login", models.CharField(max_length=64)),
                        ("address", models.CharField(max_length=64)),
                        ("reason", models.CharField(max_length=24)),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("count", models.PositiveIntegerField()),
                        ("terminal", models.CharField(max_length=255)),
                    ],
                    options={"db_table": "registrations_stranger", "managed": False},
                ),
            ],
        ),
        migrations.RunSQL(LOSSES, "DROP INDEX event_of_loss;"),
    ]
