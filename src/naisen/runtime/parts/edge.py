"""The edge: Kamailio, with a configuration made for this instance and checked before every start."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from naisen.edge.config import EdgeSettings, FrontSockets, render
from naisen.runtime import binaries, probes
from naisen.runtime.database import last_line
from naisen.runtime.errors import StartError
from naisen.runtime.front import Front
from naisen.runtime.part import Command, Part
from naisen.runtime.setting import Relay, Setting, python_paths

SHARED_MEMORY_MB = 128
PRIVATE_MEMORY_MB = 16
WORKERS = 4
ALLOCATOR = ("-x", "fm", "-X", "fm")
"""Kamailio's plain allocator. Its default, which looks for faults of its own, takes a fifth of all its time."""


class Edge(Part):
    """Answers phones on the SIP address.

    No pid file: after a kill -9 Kamailio would refuse to start beside it. When its main process is killed its
    children go on answering; the supervisor ends the whole session before it starts a new one.
    """

    name = "edge"

    def __init__(self, setting: Setting, relay: Relay, front: Front) -> None:
        """Note which relay the edge sends media to, and which front hands it TCP, TLS and WSS."""
        super().__init__(setting)
        self._relay, self._front = relay, front

    @property
    def _config(self) -> Path:
        return self.setting.instance.run / "kamailio.cfg"

    def before_start(self) -> None:
        """Write the configuration, which holds the database password, and check it."""
        self._config.touch(mode=0o600)
        self._config.write_text(render(self._settings()))
        check(self._config, self.environment())

    def _settings(self) -> EdgeSettings:
        sip = self.setting.instance.sip
        return EdgeSettings(
            sip_host=sip.host,
            sip_port=sip.port,
            database_url=self.setting.edge_url,
            rtpengine=str(self._relay.control),
            run_dir=str(self.setting.instance.sockets),
            python_paths=python_paths(),
            shared_memory_mb=SHARED_MEMORY_MB,
            workers=WORKERS,
            front=FrontSockets(
                tcp_port=self._front.tcp_port,
                tls_port=self._front.tls_port,
                ws_port=self._front.ws_port,
                tls_address=str(self._front.sip_tls),
                wss_address=str(self._front.https),
            ),
        )

    def command(self) -> Command:
        """Run in the foreground, children included (`-DD`), errors to the log (`-E`)."""
        run = self.setting.instance.run
        return [
            *(binaries.find("kamailio", "kamailio"), "-f", self._config, "-DD", "-E"),
            *("-Y", self.setting.instance.sockets, "-w", run),
            *("-m", str(SHARED_MEMORY_MB), "-M", str(PRIVATE_MEMORY_MB), *ALLOCATOR),
        ]

    def environment(self) -> Mapping[str, str]:
        """Return the environment with the edge's own database role."""
        return self.setting.environment() | {
            "NAISEN_EDGE_DATABASE_URL": self.setting.edge_url,
            "NAISEN_RTPENGINE": str(self._relay.control),
        }

    async def is_ready(self) -> bool:
        """Tell whether it answers OPTIONS."""
        return await probes.answers_sip(self.setting.instance.sip)


def check(config: Path, environment: Mapping[str, str]) -> None:
    """Raise StartError with Kamailio's own complaint when it does not take the configuration."""
    checked = subprocess.run(
        [binaries.find("kamailio", "kamailio"), "-c", "-f", config],
        env=dict(environment),
        cwd=config.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if checked.returncode != 0:
        complaints = [line for line in checked.stdout.splitlines() if "CRITICAL" in line or "ERROR" in line]
        why = last_line("\n".join(complaints[:1]) or checked.stdout)
        raise StartError(f"Kamailio refuses its configuration {config}: {why}")
