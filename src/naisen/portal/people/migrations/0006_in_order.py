"""Lists in the order of kana and of registration read one index from front to middle."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies: ClassVar = [("people", "0005_extension")]
    operations: ClassVar = [
        migrations.RemoveIndex("person", "person_by_kana"),
        migrations.RemoveIndex("person", "person_by_created_at"),
        migrations.AddIndex(
            "person",
            models.Index(fields=["tenant", "kana", "id"], include=("stopped_at",), name="person_by_kana"),
        ),
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["tenant", "created_at", "id"], include=("stopped_at",), name="person_by_created_at"
            ),
        ),
    ]
