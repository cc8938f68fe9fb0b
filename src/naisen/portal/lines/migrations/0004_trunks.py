"""What a trunk needs to carry calls: its code, the form of its numbers, and where its calls come from (C-08)."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models
from django.db.models import Q

import naisen.portal.lines.models

CODE = "^[a-z0-9]{4,16}$"
# A trunk that registers already keeps the code that it was known by.
FILL = "UPDATE lines_trunk SET code = 'trunk' || id"


def code(**more: object) -> models.CharField:
    return models.CharField(max_length=16, validators=[django.core.validators.RegexValidator(CODE)], **more)


class Migration(migrations.Migration):
    """The code is filled in before it must be unique."""

    dependencies: ClassVar = [("lines", "0003_no_answer")]
    operations: ClassVar = [
        migrations.RenameField("trunk", "source_addresses", "sources"),
        migrations.AddField(
            "trunk",
            "number_format",
            models.CharField(
                choices=[("national", "国内形式(0312345678)"), ("e164", "国際形式(+81312345678)")],
                db_default="national",
                default="national",
                max_length=8,
            ),
        ),
        migrations.AddField("trunk", "code", code(default="")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "trunk", "code", code(default=naisen.portal.lines.models.new_trunk_code, unique=True)
        ),
        migrations.AddConstraint(
            "trunk", models.CheckConstraint(condition=Q(code__regex=CODE), name="trunk_code")
        ),
        migrations.AddConstraint(
            "trunk", models.CheckConstraint(condition=Q(port__gte=1) & Q(port__lte=65535), name="trunk_port")
        ),
    ]
