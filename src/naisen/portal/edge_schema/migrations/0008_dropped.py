"""Tell a registration that was lost with its connection from one that the phone ended."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The trigger's function, made anew."""

    dependencies: ClassVar = [("edge_schema", "0007_dialogs")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "13_dropped.sql").read_text(encoding="utf-8"),
            (SQL / "13_dropped_back.sql").read_text(encoding="utf-8"),
        )
    ]
