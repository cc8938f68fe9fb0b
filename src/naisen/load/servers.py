"""The two that are compared: Naisen's real parts, and a plain Kamailio, each on a PostgreSQL of its own."""

import asyncio
import base64
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from naisen.edge.config import EdgeSettings, kamailio_database_url, render
from naisen.load import cpu
from naisen.load.sipp import HOST, SCENARIOS
from naisen.ports import free_port
from naisen.runtime import binaries, cluster, database, identity, probes, processes
from naisen.runtime.address import Address
from naisen.runtime.errors import StartError
from naisen.runtime.parts.edge import ALLOCATOR, PRIVATE_MEMORY_MB, SHARED_MEMORY_MB, WORKERS
from naisen.runtime.relay_ports import take_relay_ports
from naisen.runtime.setting import python_paths
from naisen.runtime.testing.cluster import TestCluster

DOMAIN = "load.example.jp"
GROUPS = 10
"""Ring groups 700 to 709, of ten devices each."""
KAMAILIO_TABLES = ("standard", "usrloc", "auth_db", "alias_db", "dialog", "acc")


class Server(ABC):
    """A PostgreSQL and a Kamailio; durable, as in real use.

    `devices` devices load1, load2 … register and call; `more` besides are in the database.
    """

    name: str

    def __init__(self, devices: int, more: int = 0) -> None:
        """Only note it; `start` does the work."""
        self.devices, self.more = devices, more
        self.user = identity.SERVICE_USER if identity.is_root() else None
        self.folder = Path(tempfile.mkdtemp(prefix="naisen-load-"))
        self.cluster = TestCluster(self.folder, self.user, settings={})
        self.run = self.folder / "run"
        self.address = Address(HOST, free_port())
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start it; returns when it can be called."""
        self.cluster.start()
        self.run.mkdir()
        if self.user:
            shutil.chown(self.run, self.user, self.user)
        self.prepare()
        with self.administrator() as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        for name, command in self.commands():
            self._spawn(name, command)
        self._await_answer()

    def stop(self) -> None:
        """Stop it and remove all it wrote."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_s(self) -> float:
        """CPU seconds of all its processes so far."""
        return cpu.seconds_of([*(process.pid for process in self.processes), self.cluster.pid])

    def administrator(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that may do everything."""
        return psycopg.connect(self.cluster.administrator_url, autocommit=True)

    def fill(self, file: str) -> None:
        """Run a file of bench/ with the data."""
        values = {"devices": self.devices + self.more, "groups": GROUPS, "domain": DOMAIN}
        statements = "\n".join(
            line for line in (SCENARIOS / file).read_text().splitlines() if not line.startswith("--")
        )
        with psycopg.ClientCursor(self.administrator()) as cursor:
            cursor.execute(statements.encode(), values)

    @abstractmethod
    def prepare(self) -> None:
        """Make tables and data."""

    @abstractmethod
    def commands(self) -> Sequence[tuple[str, Sequence[object]]]:
        """What to start, by name."""

    def _spawn(self, name: str, command: Sequence[object]) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NAISEN", "DJANGO"))}
        with (self.folder / f"{name}.log").open("ab") as output:
            process = processes.spawn(
                [str(word) for word in command],
                environment={**inherited, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
                folder=self.run,
                output=output,
                user=self.user,
            )
        self.processes.append(process)

    def _await_answer(self) -> None:
        deadline = time.monotonic() + 20
        while not asyncio.run(probes.answers_sip(self.address)):
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise StartError((self.folder / "kamailio.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def kamailio(self, config: Path, *options: object) -> Sequence[object]:
        """The command that runs Kamailio in the foreground."""
        return [
            *(
                binaries.find("kamailio", "kamailio"),
                "-f",
                config,
                "-DD",
                "-E",
                "-Y",
                self.run,
                "-w",
                self.run,
            ),
            *("-m", SHARED_MEMORY_MB, "-M", PRIVATE_MEMORY_MB, *ALLOCATOR, *options),
        ]


class Plain(Server):
    """The baseline: bench/kamailio.cfg on Kamailio's own tables."""

    name = "plain Kamailio"

    def prepare(self) -> None:
        """Kamailio's tables as its package has them, and the data."""
        folder = Path("/usr/share/kamailio/postgres")
        with psycopg.connect(self.cluster.owner_url, autocommit=True) as owner:
            for name in KAMAILIO_TABLES:
                owner.execute((folder / f"{name}-create.sql").read_bytes())
        self.fill("plain.sql")

    def commands(self) -> Sequence[tuple[str, Sequence[object]]]:
        """Kamailio alone."""
        defined = {
            "LISTEN": self.address,
            "WORKERS": WORKERS,
            "DB_URL": f'"{kamailio_database_url(self.cluster.owner_url)}"',
            "RPC_SOCKET": f'"{self.run / "kamailio.rpc"}"',
        }
        words = [word for name, value in defined.items() for word in ("-A", f"{name}={value}")]
        return [("kamailio", self.kamailio(SCENARIOS / "kamailio.cfg", *words))]


class Naisen(Server):
    """Naisen's parts as the runtime starts them: edge and rtpengine, on a migrated database."""

    name = "Naisen"

    def prepare(self) -> None:
        """Migrate, load the demo's company, add the load's."""
        passwords = database.Passwords(portal=cluster.new_password(), edge=cluster.new_password())
        environment = self._environment(passwords)
        database.prepare(self.cluster.owner_url, passwords=passwords, environment=environment)
        owner = database.owner_environment(environment, self.cluster.owner_url)
        subprocess.run(database.manage_command("load_demo"), env=owner, check=True, stdout=subprocess.DEVNULL)
        self.fill("naisen.sql")
        self.relay = f"{HOST}:{free_port()}"
        settings = EdgeSettings(
            sip_host=HOST,
            sip_port=self.address.port,
            database_url=self.cluster.url(database.EDGE_ROLE, passwords.edge),
            rtpengine=self.relay,
            run_dir=str(self.run),
            python_paths=python_paths(),
            workers=WORKERS,
        )
        config = self.run / "kamailio.cfg"
        config.write_text(render(settings))
        if self.user:
            shutil.chown(config, self.user, self.user)

    def commands(self) -> Sequence[tuple[str, Sequence[object]]]:
        """The relay, then the edge."""
        self.ports = take_relay_ports(HOST)
        relay = [
            *(
                binaries.find("rtpengine", "rtpengine-daemon"),
                "--foreground",
                "--log-stderr",
                "--log-level=5",
            ),
            *("--config-file=none", "--table=-1", f"--interface={HOST}", f"--listen-ng={self.relay}"),
            *(f"--port-min={self.ports.low}", f"--port-max={self.ports.high}"),
            f"--pidfile={self.run / 'rtpengine.pid'}",
        ]
        return [("rtpengine", relay), ("kamailio", self.kamailio(self.run / "kamailio.cfg"))]

    def stop(self) -> None:
        """Stop it, and let another instance have the relay's ports."""
        super().stop()
        if hasattr(self, "ports"):
            self.ports.release()

    def _environment(self, passwords: database.Passwords) -> Mapping[str, str]:
        return {
            **os.environ,
            **{"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(database.SOURCE.parent)},
            **{
                "NAISEN_DATA": str(self.folder),
                "NAISEN_HTTP": "127.0.0.1:1",
                "NAISEN_SIP": str(self.address),
            },
            "NAISEN_PORTAL_DATABASE_URL": self.cluster.url(database.PORTAL_ROLE, passwords.portal),
            "NAISEN_DJANGO_KEY": secrets.token_urlsafe(32),
            "NAISEN_CREDENTIAL_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "DJANGO_SETTINGS_MODULE": "naisen.portal.settings",
        }
