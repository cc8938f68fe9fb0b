"""Write a call that is up once, and remove it with its record."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What becomes of the rows that Kamailio writes besides."""

    dependencies: ClassVar = [("edge_schema", "0013_presence")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "19_kept_dialogs.sql").read_text(encoding="utf-8"),
            (SQL / "19_kept_dialogs_back.sql").read_text(encoding="utf-8"),
        )
    ]
