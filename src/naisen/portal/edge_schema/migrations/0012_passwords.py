"""Tell the edge when to forget the passwords that it takes refreshes by."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers that notify."""

    dependencies: ClassVar = [("edge_schema", "0011_ended_dialogs")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "17_passwords.sql").read_text(encoding="utf-8"),
            (SQL / "17_passwords_back.sql").read_text(encoding="utf-8"),
        )
    ]
