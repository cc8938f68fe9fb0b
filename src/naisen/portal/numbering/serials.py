"""The IDs that clerks see, 00001 onwards in each tenant: given by the database, whoever inserts the row."""

from django.db import connection
from django.db.migrations.operations import RunSQL

# The lock under which people are numbered (people, migration 0002).
PEOPLE_LOCK = 7462


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
        """,  # noqa: S608 - our own names
        f"DROP TRIGGER {table}_serial ON {table}; DROP FUNCTION {table}_serial();",
    )


def reserve_serials(table: str, *, lock: int, tenant_id: int, count: int) -> range:
    """The tenant's next `count` serials, for rows that one statement inserts with their serials.

    The trigger asks for the highest one row by row; after many deletions that is slow. Use inside the
    transaction that inserts; `lock` is that of `number_rows`, so that both wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, tenant_id])
        cursor.execute(
            f"SELECT coalesce(max(serial), 0) FROM {table} WHERE tenant_id = %s",  # noqa: S608 - our own names
            [tenant_id],
        )
        (last,) = cursor.fetchone()
    return range(last + 1, last + 1 + count)
