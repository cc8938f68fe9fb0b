"""Indexes for counting a tenant's registrations: which passwords wait, and who is registered in a domain."""

from typing import ClassVar

from django.db import migrations

# Refreshing a registration changes neither domain nor username, so it does not touch this index.
BY_DOMAIN = "CREATE INDEX location_by_domain ON edge.location (domain, username);"
# Few open passwords begin later than now; a look at every credential would read all the cipher texts.
WAITING = """
CREATE INDEX credential_open_from ON devices_credential (tenant_id, effective_at) WHERE ended_at IS NULL;
"""


class Migration(migrations.Migration):
    """Makes the two."""

    dependencies: ClassVar = [("devices", "0002_initial"), ("edge_schema", "0001_edge")]
    operations: ClassVar = [
        migrations.RunSQL(BY_DOMAIN, "DROP INDEX edge.location_by_domain;"),
        migrations.RunSQL(WAITING, "DROP INDEX credential_open_from;"),
    ]
