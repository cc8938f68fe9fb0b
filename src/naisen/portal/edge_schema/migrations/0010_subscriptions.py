"""Keep who is told of whose calls, over a restart of the edge."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The edge's table of subscriptions."""

    dependencies: ClassVar = [("edge_schema", "0009_carrier_links")]
    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "15_subscriptions.sql").read_text(encoding="utf-8"),
            (SQL / "15_subscriptions_back.sql").read_text(encoding="utf-8"),
        )
    ]
