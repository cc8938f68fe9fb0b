"""Carriers on TCP and TLS: where requests to them are sent, and whether their connections are up (C-08)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Views made anew, two tables, their functions."""

    dependencies: ClassVar = [("edge_schema", "0008_dropped")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "14_carrier_links.sql").read_text(encoding="utf-8"),
            (SQL / "14_carrier_links_back.sql").read_text(encoding="utf-8"),
        )
    ]
