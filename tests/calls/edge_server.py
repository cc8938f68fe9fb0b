"""A running edge of the tests' own: PostgreSQL with the demo's companies, rtpengine, Kamailio; loopback only."""

import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from naisen.edge.config import EdgeSettings, FrontSockets, render
from naisen.ports import free_port
from naisen.runtime import cluster, database, identity, processes
from naisen.runtime.address import Address as RuntimeAddress
from naisen.runtime.certificate import prepare_certificate
from naisen.runtime.front import Front
from naisen.runtime.front_config import render as render_front
from naisen.runtime.parts.edge import ALLOCATOR
from naisen.runtime.relay_ports import take_relay_ports
from naisen.runtime.testing.cluster import TestCluster
from tests.calls.sip_client import Phone
from tests.calls.sip_client.streams import TcpPhone
from tests.calls.waiting import wait_for

Address = tuple[str, int]
Row = dict[str, Any]


class EdgeServer:
    """Start it once, use it for many tests; `reset` between them."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """`host` is the address that phones reach."""
        self.user = identity.SERVICE_USER if identity.is_root() else None
        self.folder = Path(tempfile.mkdtemp(prefix="naisen-edge-"))
        self.cluster = TestCluster(self.folder, self.user)
        self.passwords = database.Passwords(portal=cluster.new_password(), edge=cluster.new_password())
        self.address: Address = (host, free_port())
        self.relay: Address = ("127.0.0.1", free_port())
        self.ports = take_relay_ports("127.0.0.1")
        tls, https, tcp, inner_tls, ws = (free_port() for _ in range(5))
        sip, sips, web = (RuntimeAddress(host, port) for port in (self.address[1], tls, https))
        self.front = Front(sip, sips, web, tcp, inner_tls, ws)
        self.haproxy: subprocess.Popen[bytes] | None = None
        self.links: subprocess.Popen[bytes] | None = None
        self.run = self.folder / "run"
        self.test_began_at = datetime.now(UTC)
        self.kamailio: subprocess.Popen[bytes] | None = None
        self.rtpengine: subprocess.Popen[bytes] | None = None
        self.devices: dict[str, Row] = {}
        self.environment: dict[str, str] = {}

    # -- life

    def start(self, **changes: Any) -> None:
        """Start everything; returns when OPTIONS is answered. `changes` are fields of EdgeSettings."""
        self.cluster.start()
        environment = self.environment = self._portal_environment()
        database.prepare(self.cluster.owner_url, passwords=self.passwords, environment=environment)
        owner = database.owner_environment(environment, self.cluster.owner_url)
        subprocess.run(database.manage_command("load_demo"), env=owner, check=True, stdout=subprocess.DEVNULL)
        demo = json.loads((self.folder / "demo.json").read_text())
        self.devices = {device["login"]: device for device in demo["devices"]}
        self.run.mkdir()
        if self.user:
            shutil.chown(self.run, self.user, self.user)
        self.start_rtpengine()
        self.write_config(**changes)
        self.start_kamailio()
        self.start_haproxy()

    def stop(self) -> None:
        """Stop everything and remove the folder."""
        self._end(self.links, signal.SIGTERM)
        self._end(self.haproxy, signal.SIGTERM)
        self.stop_kamailio()
        self.stop_rtpengine()
        self.cluster.stop()
        self.ports.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _portal_environment(self) -> dict[str, str]:
        for name in ("django-key", "credential-key"):
            (self.folder / name).write_text(b64encode(secrets.token_bytes(32)).decode())
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "naisen.portal.settings",
            "NAISEN_DATA": str(self.folder),
            "NAISEN_PORTAL_DATABASE_URL": self.cluster.url(database.PORTAL_ROLE, self.passwords.portal),
            "NAISEN_DJANGO_KEY_FILE": str(self.folder / "django-key"),
            "NAISEN_CREDENTIAL_KEY_FILE": str(self.folder / "credential-key"),
            "NAISEN_HTTP": "127.0.0.1:1",
            "NAISEN_SIP": f"{self.address[0]}:{self.address[1]}",
        }

    def write_config(self, **changes: Any) -> None:
        """Render kamailio.cfg; `changes` are fields of EdgeSettings."""
        settings: dict[str, Any] = {
            "sip_host": self.address[0],
            "sip_port": self.address[1],
            "database_url": self.cluster.url(database.EDGE_ROLE, self.passwords.edge),
            "rtpengine": f"{self.relay[0]}:{self.relay[1]}",
            "run_dir": str(self.run),
            "python_paths": python_paths(),
            "workers": 2,
            "min_expires_s": 2,
            "front": FrontSockets(
                self.front.tcp_port,
                self.front.tls_port,
                self.front.ws_port,
                str(self.front.sip_tls),
                str(self.front.https),
            ),
        } | changes
        config = self.run / "kamailio.cfg"
        config.write_text(render(EdgeSettings(**settings)))
        if self.user:
            shutil.chown(config, self.user, self.user)

    def start_kamailio(self) -> None:
        """Start Kamailio and wait until it answers."""
        # Another Kamailio than the installed one, e.g. Debian 13's in a chroot (docs: tests/calls/README.md).
        other = shlex.split(os.environ.get("NAISEN_TEST_KAMAILIO", ""))
        command = [
            *(other or ["kamailio"]),
            "-f",
            self.run / "kamailio.cfg",
            "-DD",
            "-E",
            "-Y",
            self.run,
            "-w",
            self.run,
        ]
        user = None if other else self.user
        self.kamailio = self._spawn([*command, "-m", "128", "-M", "16", *ALLOCATOR], "kamailio.log", user)
        wait_for(self.answers_options, 10, lambda: self.log()[-3000:])

    def start_rtpengine(self) -> None:
        """Start rtpengine."""
        self.rtpengine = self._spawn(
            [
                *("rtpengine", "--foreground", "--log-stderr", "--log-level=5", "--config-file=none"),
                *(
                    "--table=-1",
                    f"--interface={self.address[0]}",
                    f"--listen-ng={self.relay[0]}:{self.relay[1]}",
                ),
                *(f"--port-min={self.ports.low}", f"--port-max={self.ports.high}"),
                f"--pidfile={self.run / 'rtpengine.pid'}",
            ],
            "rtpengine.log",
            self.user,
        )
        time.sleep(0.3)

    def start_haproxy(self) -> None:
        """Start the TLS front; the portal behind it does not run."""
        certificate, config = self.run / "front.pem", self.run / "haproxy.cfg"
        prepare_certificate(
            certificate, own=self.run / "self-signed.pem", hosts=("127.0.0.1",), certificate=None, key=None
        )
        portal = RuntimeAddress("127.0.0.1", 1)
        control = self.run / "haproxy.sock"
        config.write_text(render_front(self.front, portal, certificate=certificate, control=control, key="x"))
        if self.user:
            shutil.chown(certificate, self.user, self.user)
        self.haproxy = self._spawn(["haproxy", "-db", "-f", config], "haproxy.log", self.user)
        wait_for(control.exists, 5, lambda: (self.folder / "haproxy.log").read_text())

    def start_links(self, *hosts: str) -> Path:
        """Start the carriers' connections, unless they run; returns the certificate (PEM, with its key) that they trust.

        It is for these hosts; the first call decides.
        """
        certificate = self.run / "carrier.pem"
        if self.links is None:
            prepare_certificate(
                certificate, own=self.run / "carrier-own.pem", hosts=hosts, certificate=None, key=None
            )
            if self.user:
                shutil.chown(certificate, self.user, self.user)
            ports = (str(self.front.tcp_port), str(self.front.tls_port))
            self.links = self._spawn(
                [sys.executable, "-m", "naisen.edge.carrier_links", *ports],
                "carrier-links.log",
                self.user,
                NAISEN_EDGE_DATABASE_URL=self.cluster.url(database.EDGE_ROLE, self.passwords.edge),
                SSL_CERT_FILE=str(certificate),
                PYTHONPATH=str(database.SOURCE.parent),
            )
        return certificate

    def links_log(self) -> str:
        """What the carriers' connections have written."""
        return (self.folder / "carrier-links.log").read_text(errors="replace")

    def _spawn(
        self, command: list[Any], log: str, user: str | None, **variables: str
    ) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NAISEN", "DJANGO"))}
        with (self.folder / log).open("ab") as output:
            return processes.spawn(
                command,
                environment={**environment, "TZ": "UTC", "LC_ALL": "C.UTF-8", **variables},
                folder=self.run,
                output=output,
                user=user,
            )

    def stop_kamailio(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the main process with `how`, then whatever of its group lives on."""
        self._end(self.kamailio, how)
        self.kamailio = None

    def stop_rtpengine(self) -> None:
        """End rtpengine."""
        self._end(self.rtpengine, signal.SIGKILL)
        self.rtpengine = None

    def _end(self, process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
        if process is None:
            return
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)

    def restart_kamailio(self, how: signal.Signals = signal.SIGKILL) -> None:
        """What the runtime does when Kamailio's main process is gone."""
        self.stop_kamailio(how)
        self.start_kamailio()

    # -- looking in

    @property
    def kamailio_runs(self) -> bool:
        """Whether the main process, which ends when another one dies, is there."""
        return self.kamailio is not None and self.kamailio.poll() is None

    def database_connections(self) -> int:
        """How many Kamailio itself has; each of its processes makes its own when it begins."""
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'naisen_edge' AND application_name = ''"
        )
        return int(self.sql(query)[0]["count"])

    def log(self) -> str:
        """Kamailio's log."""
        return (self.folder / "kamailio.log").read_text(errors="replace")

    def answers_options(self) -> bool:
        """Whether the edge answers."""
        with self.phone() as phone:
            phone.send(phone.request("OPTIONS", f"sip:{self.address[0]}"))
            return phone.receive(0.2) is not None

    def rpc(self, method: str, *params: Any) -> Any:
        """Ask Kamailio by JSON-RPC; returns the result, or the error as a dict."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            own = self.run / f"rpc-{secrets.token_hex(4)}"
            client.bind(str(own))
            own.chmod(0o777)
            client.settimeout(3)
            request = {"jsonrpc": "2.0", "method": method, "params": list(params), "id": 1}
            client.sendto(json.dumps(request).encode(), str(self.run / "kamailio.rpc"))
            answer = json.loads(client.recv(1 << 20))
            own.unlink()
            return answer.get("result", answer.get("error"))

    # -- phones and the database

    def phone(self, login: str = "kmy00001", **changes: str) -> Phone:
        """A phone of one of the demo's devices; `changes` replace its password, domain or host."""
        device = self.devices.get(login, {"password": "", "domain": "kmy.cplus01.jp"})
        values = {"host": "127.0.0.1", "password": device["password"], "domain": device["domain"]} | changes
        return Phone(self.address, login, values["password"], values["domain"], host=values["host"])

    def stream_phone(self, kind: type[TcpPhone], login: str = "kmy00001", **changes: str) -> TcpPhone:
        """A phone on TCP, TLS or WSS of one of the demo's devices; `changes` as for `phone`."""
        where = {"TCP": self.front.sip, "TLS": self.front.sip_tls, "WS": self.front.https}[kind.transport]
        device = self.devices[login]
        values = {"host": "127.0.0.1", "password": device["password"]} | changes
        server = (where.host, where.port)
        return kind(server, login, values["password"], device["domain"], host=values["host"])

    def sql(self, query: str, *values: object) -> list[Row]:
        """Run SQL as the superuser, committed; returns the rows as dicts."""
        with psycopg.connect(self.cluster.administrator_url, autocommit=True) as connection:
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            cursor.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def records(self, call_id: str, wait_s: float = 2.0) -> list[Row]:
        """The call's records; waits for the first one."""
        query = "SELECT * FROM calls_callrecord WHERE call_id = %s"
        deadline = time.monotonic() + wait_s
        while not (rows := self.sql(query, call_id)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return rows

    def test_records(self, count: int, wait_s: float = 2.0) -> list[Row]:
        """The records of the test's own calls, oldest first; waits for so many. An earlier test's may come in late."""
        query = "SELECT * FROM calls_callrecord WHERE started_at >= %s ORDER BY started_at"
        deadline = time.monotonic() + wait_s
        while len(rows := self.sql(query, self.test_began_at)) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return rows

    def failures(self, login: str) -> dict[str, int]:
        """Reason → count of what was noted for a login."""
        rows = self.sql(
            "SELECT reason, sum(count)::int AS n FROM registrations_failure WHERE login = %s GROUP BY 1",
            login,
        )
        return {row["reason"]: row["n"] for row in rows}

    def bindings(self, login: str) -> list[Row]:
        """Kamailio's rows in edge.location."""
        return self.sql("SELECT * FROM edge.location WHERE username = %s", login)

    def events(self, login: str) -> list[str]:
        """What the registration timeline says of a device, in order."""
        rows = self.sql(
            "SELECT e.what FROM registrations_event e JOIN devices_device d ON d.id = e.device_id"
            " WHERE d.login = %s ORDER BY e.at, e.id",
            login,
        )
        return [row["what"] for row in rows]

    def add_devices(self, count: int) -> None:
        """Issue `count` more devices load00001… of 佐藤, with the password `password`."""
        self.sql(
            "INSERT INTO devices_device (tenant_id, serial, unique_number, login, kind, server_id, person_id,"
            " ever_assigned, created_at, version) SELECT tenant_id, 10000 + n, (10000 + n)::text,"
            " 'load' || lpad(n::text, 5, '0'), kind, server_id, 3, true, now(), 1"
            " FROM devices_device, generate_series(1, %s) n WHERE login = 'kmy00003'",
            count,
        )
        self.sql(
            "INSERT INTO devices_credential (tenant_id, device_id, version, secret, ha1, effective_at, created_at)"
            " SELECT d.tenant_id, d.id, 1, '', md5(d.login || ':' || t.domain || ':password'), now(), now()"
            " FROM devices_device d JOIN tenants_tenant t ON t.id = d.tenant_id WHERE d.login LIKE 'load%%'"
            " AND %s > 0",
            count,
        )

    def lift_limits(self) -> None:
        """Let every device and tenant call as often as they like, until the next `reset`."""
        self.sql(
            "UPDATE devices_device SET max_calls = 20; UPDATE tenants_tenant SET calls_per_minute = 100000"
        )

    def remove_devices(self) -> None:
        """Take the devices of `add_devices` away again."""
        self.sql("DELETE FROM registrations_failure")
        self.sql(
            "DELETE FROM devices_credential WHERE device_id IN (SELECT id FROM devices_device WHERE login LIKE 'load%')"
        )
        self.sql("DELETE FROM devices_device WHERE login LIKE 'load%'")


def python_paths() -> tuple[str, ...]:
    """Where Kamailio's Python finds naisen and psycopg."""
    other = os.environ.get("NAISEN_TEST_PYTHON_PATHS")
    packages = [] if other == "" else [other or sysconfig.get_path("purelib")]
    return (str(database.SOURCE.parent), *packages)
