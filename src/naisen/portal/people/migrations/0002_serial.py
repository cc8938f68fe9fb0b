"""A person's ID within the tenant: 00001 (S1-90)."""

from typing import ClassVar

from django.db import migrations, models

from naisen.portal.numbering.serials import number_rows


class Migration(migrations.Migration):
    """The column, the numbers of those who are there, then the rule."""

    dependencies: ClassVar = [("people", "0001_initial"), ("tenants", "0003_isolation")]
    operations: ClassVar = [
        migrations.AddField("person", "serial", models.PositiveIntegerField(db_default=0)),
        number_rows("people_person", lock=7462),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(fields=["tenant", "serial"], name="person_serial_once")
        ),
    ]
