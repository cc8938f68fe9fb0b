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
FORWARD = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
FORWARD_AND_BACK = f"""{FORWARD}
call_command("makemigrations", check_changes=True, dry_run=True)
for app in {OURS}:
    call_command("migrate", app, "zero", verbosity=0)
"""


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


def manage(environment: dict[str, str], script: str) -> None:
    """Run the script as the schema's owner; one process, since each takes a second to begin."""
    done = subprocess.run(
        [sys.executable, "-m", "naisen.portal.manage", "shell", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_forward_back_and_forward(environment: dict[str, str]) -> None:
    manage(environment, FORWARD_AND_BACK)
    with psycopg.connect(environment["NAISEN_OWNER_DATABASE_URL"]) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'edge'::regnamespace) "
            "AND relkind IN ('r', 'v', 'p') AND relname !~ '^(procrastinate|django|auth)_'"
        ).fetchall()
    assert left == []
    manage(environment, FORWARD)
