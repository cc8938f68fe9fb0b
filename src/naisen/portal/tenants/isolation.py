"""Migration operations that keep tenants apart in the database itself (rule 7)."""

from django.db.migrations.operations import RunSQL

POLICY = "tenant_isolation"


def within(column: str) -> str:
    """The condition that a row's tenant is within the scope (naisen.portal.tenants.scope).

    The sub-selects are worked out once a query. As a function of the row it would be called for every row. Most
    scopes are of one tenant: that is asked first, for it takes a third of what looking into an array does.
    """
    scope = "current_setting('naisen.scope', true)"
    one = f"CASE WHEN {scope} ~ '^[0-9]+$' THEN {scope}::bigint END"
    ids = f"string_to_array(nullif(nullif({scope}, ''), 'all'), ',')::bigint[]"
    return (
        f"{column} = (SELECT {one}) OR (SELECT {scope} = 'all') OR {column} = ANY ((SELECT {ids})::bigint[])"
    )


def isolate(table: str, *, column: str = "tenant_id") -> RunSQL:
    """Row-level security on `table`: a row is visible and writable only within the scope."""
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY {POLICY} ON {table}"
        f" USING ({within(column)}) WITH CHECK ({within(column)});",
        f"DROP POLICY {POLICY} ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def anchor(table: str) -> RunSQL:
    """UNIQUE (tenant_id, id) on `table`, so that `bind` can refer to both columns."""
    name = f"{table}_tenant_anchor"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (tenant_id, id);",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def bind(table: str, column: str, target: str) -> RunSQL:
    """A composite foreign key: `table`.`column` names a row of `target` in the same tenant."""
    name = f"{table}_{column}_same_tenant"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def implied(table: str, column: str, target: str) -> RunSQL:
    """Drop the simple foreign key of `column` to `target`, where one of `bind` says the same and more.

    PostgreSQL checks each key for each row: half of the checks of a large import are spared.
    """
    return RunSQL(
        f"""
        DO $$
        DECLARE found name;
        BEGIN
          SELECT c.conname INTO STRICT found FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
           WHERE c.conrelid = '{table}'::regclass AND c.contype = 'f' AND a.attname = '{column}';
          EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', found);
        END $$;
        """,  # noqa: S608 - our own names
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_single FOREIGN KEY ({column})"
        f" REFERENCES {target} (id) DEFERRABLE INITIALLY DEFERRED;",
    )
