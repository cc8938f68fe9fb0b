"""Audit entries are chained by hash and append-only for the portal's role."""

from typing import ClassVar

from django.db import migrations

# The lock makes the chain of one tenant strictly one after the other, until the transaction ends.
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7461, NEW.tenant_id::integer);
  SELECT sequence, hash INTO NEW.sequence, NEW.previous_hash
    FROM audit_entry WHERE tenant_id = NEW.tenant_id ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := coalesce(NEW.sequence, 0) + 1;
  NEW.previous_hash := coalesce(NEW.previous_hash, '');
  NEW.hash := audit_hash(NEW);
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION audit_chain() FROM PUBLIC;
CREATE TRIGGER audit_chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""
HASH = """
CREATE FUNCTION audit_hash(entry audit_entry) RETURNS varchar LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    entry.previous_hash, entry.tenant_id, entry.sequence, extract(epoch FROM entry.at), entry.actor_id,
    entry.actor_name, entry.action, entry.object_type, entry.object_id, entry.object_name,
    entry.before, entry.after)::text, 'UTF8')), 'hex')
$$;
"""


class Migration(migrations.Migration):
    """The chain's trigger and the portal's narrower rights."""

    dependencies: ClassVar = [("audit", "0002_initial")]
    operations: ClassVar = [
        migrations.RunSQL(HASH, "DROP FUNCTION audit_hash(audit_entry);"),
        migrations.RunSQL(CHAIN, "DROP TRIGGER audit_chain ON audit_entry; DROP FUNCTION audit_chain();"),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM naisen_portal;",
            "GRANT UPDATE, DELETE ON audit_entry TO naisen_portal;",
        ),
    ]
