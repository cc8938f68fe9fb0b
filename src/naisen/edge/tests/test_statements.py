"""The look-ups' thin way to the database, against a real one."""

from collections.abc import Iterator

import psycopg
import pytest

from naisen.edge.directory import Directory, DirectoryUnavailable
from naisen.edge.statements import Statements
from naisen.runtime.testing.cluster import TestCluster


@pytest.fixture
def connection(database_cluster: TestCluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_cluster.administrator_url, autocommit=True) as connection:
        yield connection


def test_values_come_back_as_what_they_are(connection: psycopg.Connection) -> None:
    statement = "SELECT %s::varchar, %s::bigint, %s::boolean, %s::jsonb, %s::numeric, %s::varchar"
    values = ("田中 100%", 1 << 40, True, '{"a": [1]}', "1.50", None)
    statements = Statements(connection)
    for _ in range(2):
        ((text, number, truth, data, amount, nothing),) = statements.rows(statement, values)
        assert (text, number, truth, data) == ("田中 100%", 1 << 40, True, {"a": [1]})
        assert (str(amount), nothing) == ("1.50", None)


def test_a_statement_without_rows_returns_none(connection: psycopg.Connection) -> None:
    statements = Statements(connection)
    assert statements.rows("CREATE TEMPORARY TABLE kept (n integer)", ()) == []
    assert statements.rows("INSERT INTO kept VALUES (%s)", (7,)) == []
    assert statements.rows("SELECT n FROM kept", ()) == [(7,)]
    assert statements.rows("SELECT n FROM kept WHERE n > %s", (7,)) == []


@pytest.mark.parametrize(
    ("statement", "value", "error"),
    [
        ("SELECT %s::integer", "no number", psycopg.DataError),
        ("SELECT %s FROM no_such_table", 1, psycopg.ProgrammingError),
        ("SELECT %s::varchar", "a\0b", psycopg.DataError),
    ],
)
def test_errors_are_what_a_cursor_would_raise(
    connection: psycopg.Connection, statement: str, value: object, error: type[psycopg.Error]
) -> None:
    with pytest.raises(error):
        Statements(connection).rows(statement, (value,))


def test_a_lost_connection_is_an_operational_error(
    connection: psycopg.Connection, database_cluster: TestCluster
) -> None:
    statements = Statements(connection)
    statements.rows("SELECT 1", ())
    with psycopg.connect(database_cluster.administrator_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        statements.rows("SELECT 1", ())


def test_the_directory_connects_anew_once_and_then_says_that_it_cannot(database_cluster: TestCluster) -> None:
    directory = Directory(database_cluster.administrator_url)
    assert directory._rows("SELECT 1") == [(1,)]
    with psycopg.connect(database_cluster.administrator_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'naisen-edge'"
        )
    assert directory._rows("SELECT 1") == [(1,)]
    with pytest.raises(DirectoryUnavailable):
        directory._rows("SELECT no_such_column")
    assert directory._rows("SELECT 1") == [(1,)]
