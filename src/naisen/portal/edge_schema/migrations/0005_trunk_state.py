"""The state of registering trunks, and room for what calls carry along."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "10_trunk_state.sql"
BACK = """
DROP INDEX edge.dialog_by_call_id;
DELETE FROM edge.dialog_vars WHERE length(dialog_value) > 4096;
ALTER TABLE edge.dialog_vars ALTER COLUMN dialog_value TYPE varchar(4096);
DROP VIEW lines_trunk_registration;
DROP TRIGGER forget_trunk_state ON lines_trunk;
DROP FUNCTION edge.forget_trunk_state(), edge.note_trunk_state(varchar, boolean);
DROP TABLE edge.trunk_state;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("edge_schema", "0004_outside"),
    ]

    operations = [
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), BACK),
    ]
