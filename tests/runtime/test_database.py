"""What `prepare` makes of a database, and when it may be skipped."""

import os

import psycopg
import pytest

from naisen.runtime import database
from naisen.runtime.errors import StartError
from naisen.runtime.testing.cluster import TestCluster


def test_the_portal_and_the_edge_are_no_superusers_and_heed_row_level_security(
    database_cluster: TestCluster,
) -> None:
    with psycopg.connect(database_cluster.administrator_url) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles "
            "WHERE rolname IN ('naisen_portal', 'naisen_edge', 'naisen_owner') ORDER BY rolname"
        ).fetchall()
    assert roles == [
        ("naisen_edge", False, False, True),
        ("naisen_owner", False, False, True),
        ("naisen_portal", False, False, True),
    ]


def test_the_edge_sees_its_own_schema_first(database_cluster: TestCluster) -> None:
    with psycopg.connect(os.environ["NAISEN_EDGE_DATABASE_URL"]) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("edge",)


def test_preparing_again_changes_nothing(database_cluster: TestCluster) -> None:
    passwords = database.Passwords(
        portal=_password("NAISEN_PORTAL_DATABASE_URL"), edge=_password("NAISEN_EDGE_DATABASE_URL")
    )
    database.prepare_roles(database_cluster.owner_url, passwords)
    with psycopg.connect(os.environ["NAISEN_PORTAL_DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_recorded_stamp_counts_until_a_migration_is_taken_back(database_cluster: TestCluster) -> None:
    owner = database_cluster.owner_url
    assert not database.is_prepared(owner, "schema", "one")
    database.record_prepared(owner, "schema", "one")
    assert database.is_prepared(owner, "schema", "one")
    assert not database.is_prepared(owner, "schema", "two")
    with psycopg.connect(owner) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('x', '0001', now())")
    assert not database.is_prepared(owner, "schema", "one")
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'x'")
        connection.execute("DROP SCHEMA naisen CASCADE")


def test_a_wrong_address_is_one_line_without_the_password() -> None:
    with pytest.raises(StartError) as refused:
        database.connect("postgresql://someone:secret-word@127.0.0.1:1/naisen")
    assert "cannot connect to the database" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "secret-word" not in str(refused.value)


def test_another_roles_url_keeps_every_parameter() -> None:
    owner = "postgresql://boss:pw@db.example:5433/phones?sslmode=require"
    assert (
        database.role_url(owner, "naisen_edge", "a/b")
        == "postgresql://naisen_edge:a%2Fb@/phones?host=db.example&port=5433&sslmode=require"
    )


def _password(variable: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(os.environ[variable])["password"])
