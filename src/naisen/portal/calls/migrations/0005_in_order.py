"""The order that the call history is read in: by time, and by id where two calls began at once."""

from typing import ClassVar

from django.db import migrations

INDEXES = """
DROP INDEX call_by_tenant;
CREATE INDEX call_by_time ON calls_callrecord (tenant_id, started_at, id);
"""
BACK = """
DROP INDEX call_by_time;
CREATE INDEX call_by_tenant ON calls_callrecord (tenant_id, started_at DESC);
"""


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies: ClassVar = [("calls", "0004_example_rates")]
    operations: ClassVar = [migrations.RunSQL(INDEXES, BACK)]
