"""Limits, forwarding, lines out, carriers and rates for the edge (C-05 … C-08)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
# Views cannot lose columns: all of them go, and those that were there before come back as they were.
BACK = """
DROP TRIGGER tell_trunks ON lines_trunk;
DROP FUNCTION tell_trunks;
DROP INDEX call_charged;
DROP VIEW edge.acc, edge.rate, edge.limits, edge.spent_today, edge.trunk_source, edge.trunk, edge.line_emergency,
    edge.line, edge.uacreg, edge.pickup, edge.line_out, edge.line_in, edge.ring, edge.number, edge.domain,
    edge.subscriber, edge.device;
ALTER TABLE lines_trunk DROP CONSTRAINT trunk_sources_narrow;
DROP FUNCTION trunk_sources_are_narrow, trunk_sources;
"""


def read(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def as_before() -> str:
    """The views as the migrations before made them."""
    acc = read("6_calls").split("-- Makes the monthly partitions", maxsplit=1)[0]
    return BACK + read("3_directory") + read("7_lines") + acc


class Migration(migrations.Migration):
    """The views with their new columns, and new ones."""

    dependencies: ClassVar = [
        ("edge_schema", "0003_phone_login"),
        ("calls", "0004_example_rates"),
        ("devices", "0003_max_calls"),
        ("lines", "0004_trunks"),
        ("people", "0004_forwarding"),
        ("tenants", "0005_limits"),
    ]
    operations: ClassVar = [migrations.RunSQL(read("9_outside"), as_before())]
