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

_SUCCESS = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
_READ_BY_TYPE: dict[int, Read] = {
    16: lambda value: value == b"t",  # boolean
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
        self._prepared: dict[str, tuple[bytes, list[Read]]] = {}

    def rows(self, statement: str, values: Sequence[object]) -> list[Row]:
        """Run a statement with `%s` for each value; its rows, none for one that returns none.

        Raises psycopg.Error, as a cursor would.
        """
        name, reads = self._prepared.get(statement) or self._prepare(statement)
        texts: list[Any] = [None if value is None else _to_text(value) for value in values]
        result = self._libpq.exec_prepared(name, texts)
        if result.status not in _SUCCESS:
            raise self._error(result)
        get, columns = result.get_value, range(len(reads))
        return [_row([get(row, column) for column in columns], reads) for row in range(result.ntuples)]

    def _prepare(self, statement: str) -> tuple[bytes, list[Read]]:
        name = b"naisen_%d" % len(self._prepared)
        numbered = "".join(
            f"{'$' if index else ''}{index or ''}{part}" for index, part in enumerate(statement.split("%s"))
        )
        for result in (self._libpq.prepare(name, numbered.encode()), self._libpq.describe_prepared(name)):
            if result.status not in _SUCCESS:
                raise self._error(result)
        reads = [_READ_BY_TYPE.get(result.ftype(column), bytes.decode) for column in range(result.nfields)]
        self._prepared[statement] = name, reads
        return name, reads

    def _error(self, result: PGresult) -> psycopg.Error:
        """What went wrong; without a code of SQL's it is the connection that is lost."""
        code = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
        kind = psycopg.errors.lookup(code.decode()) if code else psycopg.OperationalError
        return kind(result.error_message.decode(errors="replace").strip())


def _row(values: list[bytes | None], reads: list[Read]) -> Row:
    return tuple([None if value is None else read(value) for value, read in zip(values, reads, strict=True)])


def _to_text(value: object) -> bytes:
    """A value as PostgreSQL reads it; its type is the statement's to say. libpq would end it at a zero byte."""
    text = str(value)
    if "\0" in text:
        raise psycopg.DataError("a text with a zero byte")
    return text.encode()
