"""The scope: which tenants' rows the current database session may see (rule 7).

The scope is the PostgreSQL setting `naisen.scope`: empty (nothing), `all`, or tenant ids joined by
commas. Row-level security policies read it through the function naisen_in_scope(bigint).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

NOTHING = ""
EVERYTHING = "all"


def of_tenants(tenant_ids: Iterable[int]) -> str:
    """The scope text that admits exactly `tenant_ids`."""
    return ",".join(str(int(tenant_id)) for tenant_id in tenant_ids)


def set_scope(scope: str) -> None:
    """Set the scope of this thread's database session until it is set again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('naisen.scope', %s, false)", [scope])


@contextmanager
def scoped(scope: str) -> Iterator[None]:
    """The scope for a block of code; what was in force before comes back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('naisen.scope', true), '')")
        (before,) = cursor.fetchone()
    set_scope(scope)
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection and not connection.connection.closed:
            set_scope(before)
