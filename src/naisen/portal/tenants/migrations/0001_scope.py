"""The function that row-level security policies ask, before any table exists."""

from typing import ClassVar

from django.db import migrations

# CASE, because OR would let PostgreSQL cast 'all' to a number.
IN_SCOPE = """
CREATE FUNCTION naisen_in_scope(tenant bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('naisen.scope', true)
    WHEN 'all' THEN true
    WHEN '' THEN false
    ELSE tenant = ANY (string_to_array(current_setting('naisen.scope', true), ',')::bigint[])
  END
$$;
"""
GRANTS = """
GRANT USAGE ON SCHEMA public TO naisen_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO naisen_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO naisen_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO naisen_portal;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO naisen_portal;
"""
UNDO_GRANTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM naisen_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM naisen_portal;
"""


class Migration(migrations.Migration):
    """Grants for the portal's role and the scope function."""

    operations: ClassVar = [
        # Kept on the way back: it may have been there before us.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm;", migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, UNDO_GRANTS),
        migrations.RunSQL(IN_SCOPE, "DROP FUNCTION naisen_in_scope(bigint);"),
    ]
