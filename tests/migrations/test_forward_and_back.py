"""Our migrations run forward and back on a database of their own, and say all that the models say."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from naisen.runtime.testing import TestCluster

NAME = "migrations_back_and_forth"
OURS = (
    "edge_schema",
    "csv_files",
    "audit",
    "calls",
    "registrations",
    "devices",
    "departments",
    "people",
    "lines",
    "numbering",
    "sign_in",
    "tenants",
)


@pytest.fixture
def environment(database_cluster: TestCluster) -> Iterator[dict[str, str]]:
    """An empty database beside the tests' own, prepared as `naisen up` prepares one."""
    with psycopg.connect(database_cluster.administrator_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME} OWNER naisen_owner")
    url = database_cluster.owner_url.replace("/naisen?", f"/{NAME}?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA edge")
    yield {**os.environ, "NAISEN_AS_OWNER": "1", "NAISEN_OWNER_DATABASE_URL": url}
    with psycopg.connect(database_cluster.administrator_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "naisen.portal.manage", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_forward_back_and_forward(environment: dict[str, str]) -> None:
    manage(environment, "migrate")
    manage(environment, "makemigrations", "--check", "--dry-run")
    for app in OURS:
        manage(environment, "migrate", app, "zero")
    with psycopg.connect(environment["NAISEN_OWNER_DATABASE_URL"]) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'edge'::regnamespace) "
            "AND relkind IN ('r', 'v', 'p') AND relname !~ '^(procrastinate|django|auth)_'"
        ).fetchall()
    assert left == []
    manage(environment, "migrate")
