"""The IDs that clerks see, 00001 onwards in each tenant: given by the database, whoever inserts the row."""

from django.db.migrations.operations import RunSQL


def number_rows(table: str, *, lock: int) -> RunSQL:
    """A trigger on `table` that gives a new row the tenant's next `serial`; `lock` is a number of its own.

    The advisory lock keeps two sessions from giving the same serial; it ends with the transaction. Rows
    that are there already are numbered in the order in which they were registered.
    """
    return RunSQL(
        f"""
        UPDATE {table} t SET serial = o.place
          FROM (SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY created_at, id) AS place
                  FROM {table}) o
         WHERE o.id = t.id;
        CREATE FUNCTION {table}_serial() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock({lock}, NEW.tenant_id::integer);
          SELECT coalesce(max(serial), 0) + 1 INTO NEW.serial FROM {table} WHERE tenant_id = NEW.tenant_id;
          RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_serial BEFORE INSERT ON {table}
        FOR EACH ROW WHEN (NEW.serial = 0) EXECUTE FUNCTION {table}_serial();
        """,
        f"DROP TRIGGER {table}_serial ON {table}; DROP FUNCTION {table}_serial();",
    )
