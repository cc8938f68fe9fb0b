"""Whose calls go on is read from an index of those alone."""

from typing import ClassVar

from django.db import migrations, models

FORWARDS = ("forward_always", "forward_busy", "forward_no_answer", "forward_unregistered")


class Migration(migrations.Migration):
    """An index only."""

    dependencies: ClassVar = [("people", "0006_in_order")]
    operations: ClassVar = [
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["tenant"],
                condition=models.Q(**dict.fromkeys(FORWARDS, ""), _negated=True),
                name="person_forwards",
            ),
        ),
    ]
