"""Tell the edge at its start which of its dialogs are over."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A function for the edge."""

    dependencies: ClassVar = [("edge_schema", "0010_subscriptions")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "16_ended_dialogs.sql").read_text(encoding="utf-8"),
            (SQL / "16_ended_dialogs_back.sql").read_text(encoding="utf-8"),
        )
    ]
