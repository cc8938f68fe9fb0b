"""Rates to begin with: an example of plain domestic ones, which the operator edits.

Calls abroad have none of their own: they are closed until the operator opens a country, and cost the rate of
`+` until she names one.
"""

from typing import ClassVar

from django.db import migrations

EXAMPLES = (
    ("0", "固定電話(例)", 180, "8.5"),
    ("050", "IP電話(例)", 180, "11.4"),
    ("060", "携帯電話(例)", 60, "17.5"),
    ("070", "携帯電話(例)", 60, "17.5"),
    ("080", "携帯電話(例)", 60, "17.5"),
    ("090", "携帯電話(例)", 60, "17.5"),
    ("0120", "フリーダイヤル(例)", 60, "0"),
    ("0800", "フリーダイヤル(例)", 60, "0"),
    ("0570", "ナビダイヤル(例)", 60, "22"),
    ("+", "国際通話(例)", 60, "200"),
)


def fill(apps: object, schema_editor: object) -> None:
    """Write the examples where there is no rate at all."""
    rate = apps.get_model("calls", "Rate")  # type: ignore[attr-defined]
    if not rate.objects.exists():
        rate.objects.bulk_create(
            rate(prefix=prefix, name=name, unit_s=unit_s, unit_yen=unit_yen)
            for prefix, name, unit_s, unit_yen in EXAMPLES
        )


class Migration(migrations.Migration):
    """Data only."""

    dependencies: ClassVar = [("calls", "0003_legs_and_rates")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
