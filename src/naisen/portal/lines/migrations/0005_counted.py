"""A line's people are counted in an index, without their rows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies: ClassVar = [("lines", "0004_trunks")]
    operations: ClassVar = [
        migrations.RemoveConstraint("linerecipient", "line_recipient_once"),
        migrations.AddConstraint(
            "linerecipient",
            models.UniqueConstraint(
                fields=("line", "person"), include=("tenant",), name="line_recipient_once"
            ),
        ),
        migrations.RemoveConstraint("linecaller", "line_caller_once"),
        migrations.AddConstraint(
            "linecaller",
            models.UniqueConstraint(fields=("line", "person"), include=("tenant",), name="line_caller_once"),
        ),
    ]
