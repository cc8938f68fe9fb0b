"""Ordered outputs; each is seen within the scope of its tenant only (rule 7)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import naisen.portal.settings_sheets.models
from naisen.portal.tenants.isolation import isolate


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0003_isolation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetsFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "output",
                    models.CharField(
                        choices=[
                            ("pdf", "設定書PDF一覧"),
                            ("csv", "設定書CSV一覧"),
                            ("mobile_pdf", "モバイル(Call)PDF一覧"),
                            ("mobile_csv", "モバイル(Call)CSV一覧"),
                        ],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=5)),
                (
                    "device_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("working", "Working"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("taken", "Taken"),
                        ],
                        default="working",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(default=naisen.portal.settings_sheets.models.expiry)),
                (
                    "login",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        isolate("settings_sheets_sheetsfile"),
    ]
