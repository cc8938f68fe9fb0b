"""The few devices whose state is not told by their registration alone have indexes of their own."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies: ClassVar = [("devices", "0003_max_calls")]
    operations: ClassVar = [
        migrations.AlterField(
            "device",
            "server",
            models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="devices",
                to="tenants.loginserver",
            ),
        ),
        migrations.AddIndex("device", models.Index(fields=["server", "tenant"], name="device_by_server")),
        migrations.AddIndex(
            "device",
            models.Index(
                fields=["tenant"], condition=models.Q(cancels_on__isnull=False), name="device_cancelled"
            ),
        ),
        migrations.AddIndex(
            "device",
            models.Index(
                fields=["tenant"], condition=models.Q(kind="trunk_by_address"), name="device_by_address"
            ),
        ),
    ]
