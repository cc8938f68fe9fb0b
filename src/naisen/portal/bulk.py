"""Many rows in one statement: sent as one JSON text, taken apart by PostgreSQL.

Ten times quicker than model objects one by one, and row-level security and triggers hold as ever. Table and
column names come from this code base only, never from a request.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Field, Lookup

# Column → its PostgreSQL type.
Columns = Mapping[str, str]
Row = Mapping[str, Any]


if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup


@Field.register_lookup
class AnyOf(AnyLookup):
    """`pk__any_of=[…]`: like `__in`, but one array parameter instead of ten thousand."""

    lookup_name = "any_of"

    def get_prep_lookup(self) -> list[Any]:
        """Each of the values as the field prepares it."""
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        """The whole list as one parameter."""
        return "%s", [value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """PostgreSQL's own words for it."""
        column, before = self.process_lhs(compiler, connection)
        values, after = self.process_rhs(compiler, connection)
        # Of the column's own type: only then are many values looked up by hash, not one after the other.
        of_type = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY({values}::{of_type}[])", [*before, *after]


def new_ids(table: str, count: int) -> list[int]:
    """Ids for rows that are about to be inserted, so that other rows can refer to them at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def insert(table: str, columns: Columns, rows: Sequence[Row]) -> None:
    """Insert `rows` in their order; each has a value for every one of `columns`."""
    names = ", ".join(columns)
    _run(f"INSERT INTO {table} ({names}) SELECT {names} FROM {_rows(columns)}", rows)  # noqa: S608


def update(table: str, columns: Columns, rows: Sequence[Row], *, also: str = "") -> None:
    """Set `columns` in the rows with these `id`s; `also` is added to SET (`t` is the table)."""
    sets = ", ".join([*(f"{name} = v.{name}" for name in columns), *([also] if also else [])])
    source = _rows({"id": "bigint", **columns})
    _run(f"UPDATE {table} t SET {sets} FROM {source} WHERE t.id = v.id", rows)  # noqa: S608


def delete(table: str, columns: Columns, rows: Sequence[Row]) -> None:
    """Delete what has these values in `columns`."""
    same = " AND ".join(f"t.{name} = v.{name}" for name in columns)
    _run(f"DELETE FROM {table} t USING {_rows(columns)} WHERE {same}", rows)  # noqa: S608


def _rows(columns: Columns) -> str:
    return f"json_to_recordset(%s) AS v({', '.join(f'{name} {kind}' for name, kind in columns.items())})"


def _run(statement: str, rows: Sequence[Row]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)])
