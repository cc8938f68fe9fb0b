"""What people are searched in, in an index: a part of a name is found without a look at each of 100,000 people.

Japanese words have one or two letters, trigrams three: the index holds every two letters that follow each other. The
database's row-level security would keep it from being used, because it lets no condition of a query's come
before its own. So the view reads the table as its owner, and asks for the scope itself, as the policy does. Nobody
writes through it: that would be as the owner, too.
"""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from naisen.portal.tenants.isolation import within

PARTS = """
CREATE FUNCTION person_parts(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE parts text[] := '{}';
BEGIN
  FOR place IN 1 .. length(words) - 1 LOOP
    parts[place] := substr(words, place, 2);
  END LOOP;
  RETURN parts;
END $$;
CREATE INDEX person_by_part ON people_person USING gin (person_parts(search));
"""
NO_PARTS = "DROP INDEX person_by_part; DROP FUNCTION person_parts(text);"
VIEW = f"""
CREATE VIEW people_findable AS
SELECT id, tenant_id, stopped_at, created_at, name, kana, extension, search, person_parts(search) AS parts
  FROM people_person WHERE {within("tenant_id")};
REVOKE ALL ON people_findable FROM naisen_portal;
GRANT SELECT ON people_findable TO naisen_portal;
"""  # noqa: S608 - our own condition


class Migration(migrations.Migration):
    """An index and a view."""

    dependencies: ClassVar = [("people", "0007_forwards"), ("tenants", "0005_limits")]
    operations: ClassVar = [
        migrations.RunSQL(PARTS, NO_PARTS),
        migrations.RunSQL(VIEW, "DROP VIEW people_findable;"),
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("name", models.CharField(max_length=100)),
                ("kana", models.CharField(max_length=200)),
                ("extension", models.CharField(max_length=7)),
                ("search", models.TextField()),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
            options={"db_table": "people_findable", "managed": False},
        ),
    ]
