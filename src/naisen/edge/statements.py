"""Prepared statements with little around them: what a worker asks the database many hundred times a second.

psycopg's cursors do much that is not needed here; its `pgconn` is libpq as it is. For statements whose values and
results are texts, numbers and truth values.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

Row = tuple[Any, ...]
Read = Callable[[bytes], Any]
Reads = list[tuple[int, Read]]
"""The number of each column, and how its values are read."""

_SUCCESS = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
_READ_BY_TYPE: dict[int, Read] = {
    16: b"t".__eq__,  # boolean
    20: int,  # bigint
    21: int,  # smallint
    23: int,  # integer
    114: json.loads,  # json
    1700: lambda value: Decimal(value.decode()),  # numeric
    3802: json.loads,  # jsonb
}
"""How a value is read, by its type's number in pg_type; every other type is text."""


class Statements:
    """The statements that one connection has prepared."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        """`connection` must be in autocommit mode, and used by nobody else meanwhile."""
        self._libpq: PGconn = connection.pgconn
        self._prepared: dict[str, tuple[bytes, Reads]] = {}

    def rows(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Run a statement with `%s` for each value; its rows, none for one that returns none.

        Raises psycopg.Error, as a cursor would.
        """
        name, reads = self._prepared.get(statement) or self._prepare(statement)
        # As PostgreSQL reads them; their types are the statement's to say.
        texts: list[Any] = [None if value is None else str(value).encode() for value in values]
        if b"\0" in b"".join(filter(None, texts)):  # libpq would end a text there
            raise psycopg.DataError("a text with a zero byte")
        result = self._libpq.exec_prepared(name, texts)
        if result.status not in _SUCCESS:
            raise self._error(result)
        get = result.get_value
        return [
            tuple([None if (value := get(row, column)) is None else read(value) for column, read in reads])
            for row in range(result.ntuples)
        ]

    def _prepare(self, statement: str) -> tuple[bytes, Reads]:
        name = b"naisen_%d" % len(self._prepared)
        numbered = "".join(
            f"{'$' if index else ''}{index or ''}{part}" for index, part in enumerate(statement.split("%s"))
        )
        for result in (self._libpq.prepare(name, numbered.encode()), self._libpq.describe_prepared(name)):
            if result.status not in _SUCCESS:
                raise self._error(result)
        types = map(result.ftype, range(result.nfields))
        reads = list(enumerate(_READ_BY_TYPE.get(number, bytes.decode) for number in types))
        self._prepared[statement] = name, reads
        return name, reads

    def _error(self, result: PGresult) -> psycopg.Error:
        """What went wrong; without a code of SQL's it is the connection that is lost."""
        code = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
        kind = psycopg.errors.lookup(code.decode()) if code else psycopg.OperationalError
        return kind(result.error_message.decode(errors="replace").strip())
