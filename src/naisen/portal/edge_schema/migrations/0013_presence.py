"""Which devices have a binding, and which never had one."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

from naisen.portal.tenants.isolation import isolate

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A table that triggers keep."""

    dependencies: ClassVar = [
        ("edge_schema", "0012_passwords"),
        ("registrations", "0004_no_state"),
        ("tenants", "0005_limits"),
        ("devices", "0003_max_calls"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "18_presence.sql").read_text(encoding="utf-8"),
            (SQL / "18_presence_back.sql").read_text(encoding="utf-8"),
        ),
        isolate("registrations_presence"),
    ]
