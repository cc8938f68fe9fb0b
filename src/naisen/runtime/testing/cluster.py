"""A throw-away PostgreSQL cluster for tests: the product's own, only without waiting for the disk."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from naisen.runtime import cluster, identity, processes
from naisen.runtime.errors import StartError

# Nobody reads this data after a crash, so nothing waits for the disk. Nowhere else but here.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"}
NOT_DURABLE |= {"max_wal_senders": "0", "autovacuum": "off"}


class TestCluster:
    """A cluster in `folder`/postgresql; serving between `start` and `stop`."""

    __test__ = False  # pytest takes classes named Test… for tests

    def __init__(self, folder: Path, user: str | None, *, settings: Mapping[str, str] = NOT_DURABLE) -> None:
        """Only note where; `user` runs the server when we are root, `settings` come over the product's."""
        self._folder, self._process, self._settings = folder, None, settings
        self._cluster = cluster.Cluster(
            folder=folder / "database" / "postgresql",
            sockets=folder / "database",
            administrator_password=cluster.new_password(),
            owner_password=cluster.new_password(),
            user=user,
        )
        self.url = self._cluster.url
        self.owner_url = self._cluster.owner_url
        self.administrator_url = self._cluster.administrator_url

    _process: subprocess.Popen[bytes] | None

    @property
    def is_running(self) -> bool:
        """Whether `start` has been called and `stop` has not."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The postmaster, whose children are all that the cluster does; StartError when it is not running."""
        if self._process is None:
            raise StartError("the cluster is not running")
        return self._process.pid

    def start(self) -> None:
        """Make the cluster and serve it; returns once it accepts connections (about 2 s)."""
        self._make_folder()
        self._cluster.make({**os.environ, "LC_ALL": "C.UTF-8"})
        self.serve()
        self._cluster.make_database()

    def serve(self) -> None:
        """Serve what has been made, also again after `stop`; returns once it accepts connections."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        log = self._folder / "postgresql.log"
        with log.open("ab") as output:
            self._process = processes.spawn(
                self._cluster.serve_command(self._settings),
                environment=environment,
                folder=Path("/"),
                output=output,
                death_signal=signal.SIGQUIT,
                user=self._cluster.user,
            )
        self._await_ready(self._process, log)

    def _make_folder(self) -> None:
        place = self._cluster.sockets
        place.mkdir(mode=0o700)
        if self._cluster.user:
            identity.ensure_service_user()
            self._folder.chmod(0o711)
            shutil.chown(place, self._cluster.user, self._cluster.user)

    def _await_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + 30
        while not self._cluster.accepts():
            if process.poll() is not None or time.monotonic() > deadline:
                raise StartError(f"the tests' PostgreSQL does not start: {log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving at once; nothing is worth a checkpoint."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            self._process = None


def empty_tables_of(test_cluster: TestCluster) -> list[tuple[str, str]]:
    """Return (schema, name) of the tables without a row: what migrations fill is not among them."""
    with psycopg.connect(test_cluster.administrator_url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'naisen')"
        ).fetchall()
        return [table for table in tables if not _has_rows(connection, *table)]


def _has_rows(connection: psycopg.Connection[tuple[object, ...]], schema: str, name: str) -> bool:
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema, name))
    return connection.execute(query).fetchone() == (True,)


def truncate(test_cluster: TestCluster, tables: list[tuple[str, str]]) -> None:
    """Empty these tables, whatever triggers and rights guard them."""
    if not tables:
        return
    names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
    with psycopg.connect(test_cluster.administrator_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
