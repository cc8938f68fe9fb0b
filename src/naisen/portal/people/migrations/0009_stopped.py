"""停止ユーザ一覧 in the order of kana reads an index of its few people, not that of all."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index only."""

    dependencies: ClassVar = [("people", "0008_findable")]
    operations: ClassVar = [
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["tenant", "kana", "id"],
                condition=models.Q(stopped_at__isnull=False),
                name="person_stopped_by_kana",
            ),
        ),
    ]
