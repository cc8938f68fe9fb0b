"""A department's members are found in an index, without their rows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index only."""

    dependencies: ClassVar = [("departments", "0004_counted")]
    operations: ClassVar = [
        migrations.RemoveIndex("membership", "membership_by_department"),
        migrations.AddIndex(
            "membership",
            models.Index(
                fields=["department", "person"], include=("tenant",), name="membership_by_department"
            ),
        ),
    ]
