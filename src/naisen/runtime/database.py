"""Prepares a database for Naisen: roles, schema, extensions, migrations. Used by the runtime and the tests."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

import naisen
from naisen.runtime.errors import StartError

PORTAL_ROLE = "naisen_portal"
EDGE_ROLE = "naisen_edge"
EDGE_SCHEMA = "edge"
OLDEST_SERVER = 150_000  # as PostgreSQL counts: 15.0
SOURCE = Path(naisen.__file__).parent

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Passwords:
    """The passwords of the two roles that the parts connect with."""

    portal: str
    edge: str


def role_url(owner_url: str, role: str, password: str) -> str:
    """Return the owner's libpq URI with another role and password; every other parameter stays."""
    parameters = conninfo_to_dict(owner_url)
    database = str(parameters.pop("dbname", None) or parameters.get("user") or "")
    rest = {name: str(value) for name, value in parameters.items() if name not in ("user", "password")}
    return f"postgresql://{role}:{quote(password, safe='')}@/{quote(database)}?{urlencode(rest, quote_via=quote)}"


def prepare(owner_url: str, *, passwords: Passwords, environment: Mapping[str, str]) -> None:
    """Make roles, schema and extensions in the owner's database, then migrate it.

    `environment` is what `manage` needs (the contract's NAISEN_* variables). Doing it again changes nothing.
    Raises StartError with one readable line.
    """
    prepare_roles(owner_url, passwords)
    migrated = subprocess.run(
        manage_command("migrate", "--no-input"),
        env=owner_environment(environment, owner_url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if migrated.returncode != 0:
        failure = StartError(f"the database could not be migrated: {last_line(migrated.stdout)}")
        failure.add_note(migrated.stdout)
        raise failure


def manage_command(*words: str) -> list[str]:
    """Return the command line of a Django management command."""
    return [sys.executable, "-m", "naisen.portal.manage", *words]


def owner_environment(environment: Mapping[str, str], owner_url: str) -> dict[str, str]:
    """Return the environment in which `manage` works as the schema's owner."""
    return {**environment, "NAISEN_AS_OWNER": "1", "NAISEN_OWNER_DATABASE_URL": owner_url}


def prepare_roles(owner_url: str, passwords: Passwords) -> None:
    """Make the roles, the schema `edge` and the extensions; the owner needs CREATEROLE, not superuser."""
    with connect(owner_url) as connection:
        _check_server(connection)
        try:
            # Two instances that share one server may start at once.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('naisen roles'))")
            for role, password in ((PORTAL_ROLE, passwords.portal), (EDGE_ROLE, passwords.edge)):
                _make_role(connection, owner_url, role, password)
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(EDGE_SCHEMA)))
            connection.execute(
                sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}").format(
                    sql.Identifier(EDGE_ROLE),
                    sql.Identifier(connection.info.dbname),
                    sql.Identifier(EDGE_SCHEMA),
                )
            )
        except psycopg.Error as error:
            raise StartError(
                f"the database's owner {connection.info.user} may not prepare it: {_first_line(error)}; "
                "the role in DATABASE_URL needs CREATEROLE and must own the database"
            ) from error


def connect(url: str) -> Connection:
    """Connect, or raise StartError that names the server without its password."""
    try:
        return psycopg.connect(url, connect_timeout=10)
    except psycopg.Error as error:
        raise StartError(
            f"cannot connect to the database: {_first_line(error)}; check DATABASE_URL"
        ) from error


def _check_server(connection: Connection) -> None:
    version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    if version < OLDEST_SERVER:
        raise StartError(f"the database server is PostgreSQL {version // 10_000}; Naisen needs 15 or newer")
    if encoding != "UTF8":
        raise StartError(f"the database is encoded in {encoding}; Naisen needs UTF8")


def _make_role(connection: Connection, owner_url: str, role: str, password: str) -> None:
    """Make the role, or set its password where ours does not open the door."""
    name, secret = sql.Identifier(role), sql.Literal(password)
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if found is None:
        connection.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
            ).format(name, secret)
        )
    elif not _opens(role_url(owner_url, role, password)):
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, secret))


def _opens(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=10):
            return True
    except psycopg.Error:
        return False


def last_line(output: str) -> str:
    """Return the last line that says something; of a traceback that is the error itself."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def schema_stamp() -> str:
    """Return a hash of everything that decides what `prepare` makes of a database."""
    locked = SOURCE.parents[1] / "requirements" / "run.txt"
    files = [*sorted((SOURCE / "portal").glob("**/migrations/**/*")), Path(__file__), locked]
    return files_stamp(path for path in files if path.suffix in (".py", ".sql", ".txt"))


def files_stamp(paths: Iterable[Path]) -> str:
    """Return a hash over the names and the bytes of the files that exist."""
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(
                os.fsencode(path.relative_to(SOURCE.parents[1])) + b"\0" + path.read_bytes() + b"\0"
            )
    return digest.hexdigest()


def is_prepared(owner_url: str, key: str, stamp: str) -> bool:
    """Tell whether `stamp` was recorded under `key` and the applied migrations are still those of then.

    The record lives in the database, so a restored or replaced database is never taken for prepared; and a
    migration taken back by hand changes the list of the applied ones.
    """
    with connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass('naisen.prepared')").fetchone() == (None,):
            return False
        row = connection.execute(
            "SELECT stamp, applied = naisen.applied_migrations() FROM naisen.prepared WHERE key = %s", (key,)
        ).fetchone()
    return row == (stamp, True)


def record_prepared(owner_url: str, key: str, stamp: str) -> None:
    """Record that `stamp` is what the database was prepared with."""
    with connect(owner_url) as connection:
        connection.execute(_RECORD)
        connection.execute(
            "INSERT INTO naisen.prepared (key, stamp, applied) VALUES (%s, %s, naisen.applied_migrations()) "
            "ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp, applied = excluded.applied, at = now()",
            (key, stamp),
        )


def forget_prepared(owner_url: str, key: str) -> None:
    """Make `is_prepared` answer no for this key: what it stood for is gone."""
    with connect(owner_url) as connection:
        connection.execute(_RECORD)
        connection.execute("DELETE FROM naisen.prepared WHERE key = %s", (key,))


_RECORD = """
CREATE SCHEMA IF NOT EXISTS naisen;
CREATE TABLE IF NOT EXISTS naisen.prepared (
    key text PRIMARY KEY, stamp text NOT NULL, applied text NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
CREATE OR REPLACE FUNCTION naisen.applied_migrations() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(md5(string_agg(app || '.' || name, ',' ORDER BY app, name)), '') FROM public.django_migrations $$;
"""
