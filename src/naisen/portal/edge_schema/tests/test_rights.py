"""The edge's database role sees the schema `edge` and nothing else (rule 1, rule 8)."""

from collections.abc import Callable

import psycopg
import pytest

Run = Callable[..., list[tuple[object, ...]]]
SEEN = (
    "device",
    "subscriber",
    "domain",
    "number",
    "ring",
    "line",
    "line_in",
    "line_out",
    "line_emergency",
    "trunk",
    "trunk_source",
    "limits",
    "spent_today",
    "rate",
    "pickup",
    "uacreg",
    "location",
    "subscription",
)


@pytest.mark.parametrize("view", SEEN)
def test_the_edge_reads_its_views(as_edge: Run, view: str) -> None:
    assert as_edge(f"SELECT * FROM edge.{view} LIMIT 0") == []


def test_the_edge_reads_no_table_of_the_portal(as_edge: Run) -> None:
    tables = as_edge("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert len(tables) > 15
    for (table,) in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_edge(f"SELECT * FROM public.{table} LIMIT 0")


def test_no_cipher_text_is_among_the_edges_columns(as_edge: Run) -> None:
    columns = as_edge(
        "SELECT attname, typname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
        "JOIN pg_type t ON t.oid = atttypid WHERE relnamespace = 'edge'::regnamespace"
    )
    assert not [name for name, kind in columns if kind == "bytea" or "secret" in str(name)]


def test_kamailio_gets_varchar_and_no_text(as_edge: Run) -> None:
    """Its PostgreSQL driver takes a text column for something else than a string."""
    views = as_edge(
        "SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
        "WHERE relnamespace = 'edge'::regnamespace AND relkind = 'v' AND atttypid = 'text'::regtype"
    )
    assert views == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM edge.acc",
        "DELETE FROM edge.acc",
        "UPDATE edge.acc SET result = 'answered'",
        "SELECT public.ensure_partitions(1)",
        "INSERT INTO edge.domain (domain) VALUES ('x')",
        "DELETE FROM public.audit_entry",
    ],
)
def test_the_edge_may_not(as_edge: Run, query: str) -> None:
    with pytest.raises(
        (
            psycopg.errors.InsufficientPrivilege,
            psycopg.errors.FeatureNotSupported,
            psycopg.errors.ObjectNotInPrerequisiteState,
        )
    ):
        as_edge(query)
