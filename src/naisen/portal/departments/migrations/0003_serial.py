"""A department's ID within the tenant: 00001 (S1-85)."""

from typing import ClassVar

from django.db import migrations, models

from naisen.portal.numbering.serials import number_rows


class Migration(migrations.Migration):
    """The column, the numbers of those that are there, then the rule."""

    dependencies: ClassVar = [("departments", "0002_initial"), ("tenants", "0003_isolation")]
    operations: ClassVar = [
        migrations.AddField("department", "serial", models.PositiveIntegerField(db_default=0)),
        number_rows("departments_department", lock=7463),
        migrations.AddConstraint(
            "department", models.UniqueConstraint(fields=["tenant", "serial"], name="department_serial_once")
        ),
    ]
