"""Let a call wait for the disk twice, not seven times; give its note the room that it needs."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers on Kamailio's dialog tables."""

    dependencies: ClassVar = [("edge_schema", "0006_front")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "12_dialogs.sql").read_text(encoding="utf-8"),
            (SQL / "12_dialogs_back.sql").read_text(encoding="utf-8"),
        )
    ]
