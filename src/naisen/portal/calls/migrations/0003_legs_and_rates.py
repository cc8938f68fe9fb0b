"""Lines, charges and legs in call records; the operator's rates."""

import django.core.validators
from django.db import migrations, models

DIRECTIONS = "UPDATE calls_callrecord SET direction = direction || 'bound' WHERE direction IN ('in', 'out')"
DIRECTIONS_BACK = (
    "UPDATE calls_callrecord SET direction = replace(direction, 'bound', '') WHERE direction <> 'internal'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_direction"),
    ]

    operations = [
        migrations.AddField(
            model_name="callrecord",
            name="charge_yen",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=10),
        ),
        migrations.AddField(
            model_name="callrecord",
            name="country",
            field=models.CharField(blank=True, db_default="", max_length=2),
        ),
        migrations.AddField(
            model_name="callrecord",
            name="legs",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="callrecord",
            name="line_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="callrecord",
            name="shown_number",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddField(
            model_name="callrecord",
            name="trunk_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(DIRECTIONS, DIRECTIONS_BACK),
        migrations.AlterField(
            model_name="callrecord",
            name="direction",
            field=models.CharField(
                choices=[("inbound", "着信"), ("outbound", "発信"), ("internal", "内線")],
                default="internal",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        max_length=13,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(0[0-9]{0,9}|\\+[0-9]{0,12})$")],
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("unit_s", models.PositiveIntegerField()),
                ("unit_yen", models.DecimalField(decimal_places=3, max_digits=8)),
            ],
            options={
                "ordering": ["prefix"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("prefix__regex", "^(0[0-9]{0,9}|\\+[0-9]{0,12})$")),
                        name="rate_prefix",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_s__gte", 1), ("unit_yen__gte", 0)), name="rate_not_negative"
                    ),
                ],
            },
        ),
    ]
