"""Shows how far a job is while its own transaction is still invisible to everybody else."""

from types import TracebackType

from django.db import DatabaseError, connections

from naisen.portal.tenants import scope

UPDATE = "UPDATE csv_files_import SET done = %s WHERE id = %s AND tenant_id = %s"


class Progress:
    """Writes to `Import.done` through a connection of its own. The job must not lock that row meanwhile."""

    def __init__(self, *, tenant_id: int, file_id: int) -> None:
        self._ids = (file_id, tenant_id)
        self._connection = connections.create_connection("default")

    def __enter__(self) -> "Progress":
        with self._connection.cursor() as cursor:
            text = scope.of_tenants([self._ids[1]])
            cursor.execute("SELECT set_config('naisen.scope', %s, false)", [text])
        return self

    def report(self, done: int) -> None:
        """`done` rows are written. A report that fails stops nothing."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(UPDATE, [done, *self._ids])
        except DatabaseError:
            self._connection.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
