"""What 変更履歴 is searched in, as one text written once: no entry's values are written out to be looked through."""

from typing import ClassVar

import django.db.models.functions.text
from django.db import migrations, models
from django.db.models.functions import Cast


def values_of(field: str) -> Cast:
    """The values of a column that maps names to values, as one text."""
    every = models.Func(field, models.Value("$.*"), function="jsonb_path_query_array")
    return Cast(every, models.TextField())


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
                        values_of("before"),
                        models.Value("\n"),
                        values_of("after"),
                        output_field=models.TextField(),
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
