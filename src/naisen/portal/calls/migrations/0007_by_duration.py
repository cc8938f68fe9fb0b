"""The call history by duration reads one index from its longest call on, with what most searches ask for in it."""

from typing import ClassVar

from django.db import migrations

INDEX = """
CREATE INDEX call_by_duration ON calls_callrecord (tenant_id, duration_ms, id)
INCLUDE (started_at, direction, result, line_id);
"""


class Migration(migrations.Migration):
    """An index only."""

    dependencies: ClassVar = [("calls", "0006_narrow")]
    operations: ClassVar = [migrations.RunSQL(INDEX, "DROP INDEX call_by_duration;")]
