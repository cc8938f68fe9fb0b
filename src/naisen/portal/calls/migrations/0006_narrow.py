"""What the call history is searched, sorted and summed by, in its index: a call's ladder is nine tenths of its row."""

from typing import ClassVar

from django.db import migrations

INDEX = """
DROP INDEX call_by_time;
CREATE INDEX call_by_time ON calls_callrecord (tenant_id, started_at, id)
INCLUDE (duration_ms, direction, result, caller_number, called_number, caller_name, caller_person_id,
         called_person_id, line_id, charge_yen);
"""
BACK = """
DROP INDEX call_by_time;
CREATE INDEX call_by_time ON calls_callrecord (tenant_id, started_at, id);
"""


class Migration(migrations.Migration):
    """An index only."""

    dependencies: ClassVar = [("calls", "0005_in_order")]
    operations: ClassVar = [migrations.RunSQL(INDEX, BACK)]
