"""Entries about the operator's own things (trunks): without a tenant, in a chain of their own."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  {lines}
  NEW.sequence := coalesce(NEW.sequence, 0) + 1;
  NEW.previous_hash := coalesce(NEW.previous_hash, '');
  NEW.hash := audit_hash(NEW);
  RETURN NEW;
END $$;
"""
LAST = """PERFORM pg_advisory_xact_lock(7461, {key});
  SELECT sequence, hash INTO NEW.sequence, NEW.previous_hash
    FROM audit_entry WHERE {same} ORDER BY sequence DESC LIMIT 1;"""
OF_TENANT = LAST.format(key="NEW.tenant_id::integer", same="tenant_id = NEW.tenant_id")
OF_OPERATOR = LAST.format(key="0", same="tenant_id IS NULL")
# Two statements, because the index gives the order for neither of them in one.
BOTH = f"IF NEW.tenant_id IS NULL THEN {OF_OPERATOR} ELSE {OF_TENANT} END IF;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0003_chain"), ("tenants", "0002_initial")]
    operations: ClassVar = [
        # On the way back the operator's entries have no place: they go.
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM audit_entry WHERE tenant_id IS NULL;"),
        migrations.AlterField(
            model_name="entry",
            name="tenant",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="tenants.tenant",
            ),
        ),
        migrations.RemoveConstraint(model_name="entry", name="audit_sequence_once"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                fields=("tenant", "sequence"), nulls_distinct=False, name="audit_sequence_once"
            ),
        ),
        migrations.RunSQL(FUNCTION.format(lines=BOTH), FUNCTION.format(lines=OF_TENANT)),
    ]
