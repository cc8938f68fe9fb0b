"""A person's extension beside the person, so that a list by extension reads one index from front to middle."""

from typing import ClassVar

from django.db import migrations, models

# Whatever writes the column, it is the number's digits: an object that was read before the number changed may
# be saved after it. Changed numbers are carried over by statement, not row by row, for files of 10,000 people.
KEEP = """
CREATE FUNCTION people_person_extension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT digits INTO NEW.extension FROM numbering_number WHERE id = NEW.number_id;
  RETURN NEW;
END $$;
CREATE TRIGGER people_person_extension BEFORE INSERT OR UPDATE OF number_id, extension ON people_person
FOR EACH ROW EXECUTE FUNCTION people_person_extension();
CREATE FUNCTION numbering_number_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE people_person p SET extension = n.digits FROM changed n
   WHERE n.kind = 'person' AND p.number_id = n.id AND p.extension <> n.digits;
  RETURN NULL;
END $$;
CREATE TRIGGER numbering_number_changed AFTER UPDATE ON numbering_number
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION numbering_number_changed();
UPDATE people_person SET extension = '';
-- The index could not be made while checks of these rows are put off.
SET CONSTRAINTS ALL IMMEDIATE;
"""
NOT_KEPT = """
DROP TRIGGER numbering_number_changed ON numbering_number;
DROP FUNCTION numbering_number_changed();
DROP TRIGGER people_person_extension ON people_person;
DROP FUNCTION people_person_extension();
"""


class Migration(migrations.Migration):
    """The column, what keeps it, then the index; those who are there get theirs by the trigger."""

    dependencies: ClassVar = [("people", "0004_forwarding"), ("numbering", "0002_emergency")]
    operations: ClassVar = [
        migrations.AddField(
            "person", "extension", models.CharField(db_default="", editable=False, max_length=7)
        ),
        migrations.RunSQL(KEEP, NOT_KEPT),
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["tenant", "extension", "id"], include=["stopped_at"], name="person_by_extension"
            ),
        ),
    ]
