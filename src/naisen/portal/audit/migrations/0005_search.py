"""What 変更履歴 is searched in, as one text written once: no entry's values are written out to be looked through."""

from typing import ClassVar

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that the chain of hashes does not cover; it follows from those that the chain covers."""

    dependencies: ClassVar = [("audit", "0004_operator")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="entry",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Upper(
                    django.db.models.functions.text.Concat(
                        "object_name",
                        models.Value("\n"),
                        "actor_name",
                        models.Value("\n"),
                        django.db.models.functions.comparison.Cast("before", models.TextField()),
                        models.Value("\n"),
                        django.db.models.functions.comparison.Cast("after", models.TextField()),
                        output_field=models.TextField(),
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
