"""110, 118 and 119 are nobody's extension: they reach the police, the coast guard, fire and ambulance (C-12)."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """In the database, whatever a form lets pass."""

    dependencies: ClassVar = [("numbering", "0001_initial")]
    operations: ClassVar = [
        migrations.AddConstraint(
            "number",
            models.CheckConstraint(
                condition=~Q(digits__in=["110", "118", "119"]), name="number_not_emergency"
            ),
        ),
    ]
