"""Drops the view of all devices' states: registrations.overview asks the same without other tenants' rows."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

STATE: str = import_module("naisen.portal.registrations.migrations.0002_state").STATE


class Migration(migrations.Migration):
    """Drops it, and its model."""

    dependencies: ClassVar = [("registrations", "0003_whys")]
    operations: ClassVar = [
        migrations.RunSQL(
            "DROP VIEW registrations_state;",
            STATE,
            state_operations=[migrations.DeleteModel(name="DeviceState")],
        ),
    ]
