"""HAProxy: ends TLS for phones and browsers, and hands TCP, TLS and WSS on to the edge with PROXY v2."""

import asyncio
import contextlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from naisen.runtime import binaries, front_config
from naisen.runtime.certificate import prepare_certificate
from naisen.runtime.errors import StartError
from naisen.runtime.front import Front
from naisen.runtime.part import Command, Part
from naisen.runtime.setting import Setting

TIMEOUT_S = 1.0


class HAProxy(Part):
    """Takes connections on the addresses of `front`; one process."""

    name = "haproxy"

    def __init__(self, setting: Setting, front: Front) -> None:
        """Keep the addresses for all restarts: the edge's configuration names them."""
        super().__init__(setting)
        self._front = front

    @property
    def _config(self) -> Path:
        return self.setting.instance.run / "haproxy.cfg"

    @property
    def _control(self) -> Path:
        return self.setting.instance.sockets / "haproxy.sock"

    def before_start(self) -> None:
        """Write certificate and configuration, and have HAProxy check both."""
        instance = self.setting.instance
        certificate = instance.run / "front.pem"
        prepare_certificate(
            certificate,
            own=instance.secrets / "self-signed.pem",
            hosts=(self._front.https.host, self._front.sip_tls.host),
            certificate=instance.tls_certificate,
            key=instance.tls_key,
        )
        key = self.setting.secrets.front_key_file.read_text()
        text = front_config.render(
            self._front, instance.http, certificate=certificate, control=self._control, key=key
        )
        self._config.touch(mode=0o600)
        self._config.write_text(text)
        check(self._config, self.environment())

    def command(self) -> Command:
        """Run in the foreground, without a master process."""
        return [binaries.find("haproxy", "haproxy"), "-db", "-f", self._config]

    def environment(self) -> Mapping[str, str]:
        """Return the common environment."""
        return self.setting.environment()

    async def is_ready(self) -> bool:
        """Tell whether it answers on its control socket."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(TIMEOUT_S):
                reader, writer = await asyncio.open_unix_connection(self._control)
                try:
                    writer.write(b"show info\n")
                    return (await reader.readline()).startswith(b"Name: HAProxy")
                finally:
                    writer.close()
        return False


def check(config: Path, environment: Mapping[str, str]) -> None:
    """Raise StartError with HAProxy's own complaint when it does not take the configuration."""
    checked = subprocess.run(
        [binaries.find("haproxy", "haproxy"), "-c", "-f", config],
        env=dict(environment),
        cwd=config.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if checked.returncode != 0:
        alerts = [line for line in checked.stdout.splitlines() if "ALERT" in line] or [checked.stdout.strip()]
        raise StartError(f"HAProxy refuses its configuration {config}: {alerts[0]}")
