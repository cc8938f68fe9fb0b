"""A department's members are counted in an index, without their rows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies: ClassVar = [("departments", "0003_serial")]
    operations: ClassVar = [
        migrations.AlterField(
            "membership",
            "department",
            models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="memberships",
                to="departments.department",
            ),
        ),
        migrations.AddIndex(
            "membership",
            models.Index(fields=["department"], include=("tenant",), name="membership_by_department"),
        ),
    ]
