"""A line's own settings for the edge, also of a line that rings nobody."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "7_lines.sql"


class Migration(migrations.Migration):
    """The view edge.line."""

    dependencies: ClassVar = [("edge_schema", "0001_edge"), ("lines", "0003_no_answer")]
    operations: ClassVar = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP VIEW edge.line;")]
