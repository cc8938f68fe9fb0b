"""Policies that ask for the one tenant of the scope first: reading 100,000 rows of an index takes two thirds."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

from naisen.portal.tenants.isolation import within

each = import_module("naisen.portal.tenants.migrations.0004_quick_isolation").each
SCOPE = "current_setting('naisen.scope', true)"
BEFORE = (
    f"(SELECT {SCOPE} = 'all') OR {{column}} = ANY"
    f" ((SELECT string_to_array(nullif(nullif({SCOPE}, ''), 'all'), ',')::bigint[])::bigint[])"
)


class Migration(migrations.Migration):
    """For databases made before `isolate` wrote them so."""

    dependencies: ClassVar = [("tenants", "0005_limits")]
    operations: ClassVar = [
        migrations.RunSQL(
            each(within("id"), within("tenant_id")),
            each(BEFORE.format(column="id"), BEFORE.format(column="tenant_id")),
        )
    ]
