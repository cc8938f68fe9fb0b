"""A private PostgreSQL cluster on a unix socket: made once, then run in the foreground."""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from naisen.runtime import binaries, processes
from naisen.runtime.errors import StartError

ADMINISTRATOR = "naisen_admin"
OWNER = "naisen_owner"
DATABASE = "naisen"
PORT = 5432

# A small office machine: little memory, never a lost commit. synchronous_commit and fsync stay on.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # A call's note is long, and kept for as long as the call: what compresses it must be quick.
    "default_toast_compression": "lz4",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] %q%u ",
    # Never a password in a log (reliability R11): statements of errors may carry one.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "idle_in_transaction_session_timeout": "5min",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster: its folder, its socket's folder, and the passwords of its two first roles."""

    folder: Path
    sockets: Path
    administrator_password: str
    owner_password: str
    user: str | None = None  # run as this user; only root may say so

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.folder / "PG_VERSION").exists()

    @property
    def programs(self) -> Path:
        """The folder with the programs of the cluster's own major version, or the newest for a new one."""
        version = (self.folder / "PG_VERSION").read_text().strip() if self.exists else None
        return binaries.postgresql_folder(int(version) if version else None)

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """Return the libpq URI of a role."""
        return (
            f"postgresql://{role}:{quote(password)}@/{database}?host={quote(str(self.sockets))}&port={PORT}"
        )

    @property
    def owner_url(self) -> str:
        """The URI of the role that owns the database; no superuser, as on an outside server."""
        return self.url(OWNER, self.owner_password)

    @property
    def administrator_url(self) -> str:
        """The URI of the superuser; only for making the database and for tests."""
        return self.url(ADMINISTRATOR, self.administrator_password)

    def make_command(self, folder: Path, password_file: Path) -> list[str | Path]:
        """Return the initdb command that makes the cluster in `folder`."""
        return [
            *(self.programs / "initdb", "--pgdata", folder, "--username", ADMINISTRATOR),
            *("--pwfile", password_file, "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
        ]

    def make(self, environment: Mapping[str, str]) -> None:
        """Make the cluster; all or nothing, so that an interrupted first start does no harm."""
        unfinished = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        with _secret_file(self.administrator_password, self.user) as password_file:
            made = self._run(self.make_command(unfinished, password_file), environment)
        if made.returncode != 0:
            lines = made.stdout.decode(errors="replace").strip().splitlines() or ["no message"]
            complaint = next((line for line in lines if "error" in line.lower()), lines[-1])
            raise StartError(f"PostgreSQL could not make its data folder {self.folder}: {complaint}")
        unfinished.rename(self.folder)

    def _run(
        self, command: list[str | Path], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            env=dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )

    def serve_command(self, settings: Mapping[str, str] | None = None) -> list[str | Path]:
        """Return the command that serves the cluster in the foreground."""
        every = {**SETTINGS, "unix_socket_directories": str(self.sockets), **(settings or {})}
        options = [word for name, value in every.items() for word in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.folder, *options]

    def accepts(self) -> bool:
        """Tell whether the server takes connections now."""
        try:
            with psycopg.connect(
                self.url(ADMINISTRATOR, self.administrator_password, "postgres"), connect_timeout=2
            ):
                return True
        except psycopg.Error:
            return False

    def make_database(self) -> None:
        """Make the owner and the database, where they are missing; the server must be accepting."""
        url = self.url(ADMINISTRATOR, self.administrator_password, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            sql = psycopg.sql
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", OWNER):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(sql.Identifier(OWNER)))
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(OWNER), sql.Literal(self.owner_password)
                )
            )
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )

    def leftovers(self) -> list[int]:
        """Return the pids of PostgreSQL processes that still work in this cluster's folder.

        Every backend leads a session of its own, so a killed postmaster's orphans are found by where they
        work. They must be gone, and their shared memory with them, before a new postmaster may start.
        """
        return [
            seen.pid
            for seen in processes.everything()
            if processes.working_folder(seen.pid) == self.folder and _is_postgres(seen.pid)
        ]

    def clear_leftovers(self) -> None:
        """End orphans and remove a stale postmaster.pid. Only for the holder of the instance's lock."""
        if stubborn := processes.end_all(self.leftovers):
            raise StartError(f"old PostgreSQL processes do not end: {stubborn}; end them and start again")
        # PostgreSQL refuses to start when the pid in it has since been given to another process of ours.
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "postmaster.pid").unlink()


def _is_postgres(pid: int) -> bool:
    program = processes.executable(pid)
    return program is not None and program.name == "postgres"


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None


@contextlib.contextmanager
def _secret_file(secret: str, user: str | None) -> Iterator[Path]:
    """A file of mode 0600 that holds the secret while the block runs."""
    descriptor, name = tempfile.mkstemp(prefix="naisen-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret + "\n")
        if user:
            shutil.chown(name, user, user)
        yield Path(name)
    finally:
        Path(name).unlink()


def new_password() -> str:
    """Return a password that needs no quoting anywhere: 256 random bits."""
    return secrets.token_hex(32)
