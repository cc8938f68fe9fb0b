"""Show TLS and WSS as what they are, though the edge sees TCP behind its front (C-01)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The view of bindings, made anew."""

    dependencies: ClassVar = [("edge_schema", "0005_trunk_state")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "11_front.sql").read_text(encoding="utf-8"),
            (SQL / "11_front_back.sql").read_text(encoding="utf-8"),
        )
    ]
