"""rtpengine: relays the calls' audio and video, in userspace, without any privilege."""

from collections.abc import Mapping

from naisen.runtime import binaries, probes
from naisen.runtime.part import Command, Part
from naisen.runtime.setting import Relay, Setting


class RtpEngine(Part):
    """Takes orders on a loopback port; its RTP ports are this instance's alone."""

    name = "rtpengine"

    def __init__(self, setting: Setting, relay: Relay) -> None:
        """Keep the ports for all restarts: the edge's configuration names them."""
        super().__init__(setting)
        self._relay = relay

    def command(self) -> Command:
        """`--table=-1` is userspace; an empty `--pidfile` aborts it (Debian's 10.5)."""
        return [
            binaries.find("rtpengine", "rtpengine-daemon"),
            "--foreground",
            "--log-stderr",
            "--log-level=5",
            "--config-file=none",
            "--table=-1",
            f"--interface={self.setting.instance.sip.host}",
            f"--listen-ng={self._relay.control}",
            f"--port-min={self._relay.ports.low}",
            f"--port-max={self._relay.ports.high}",
            f"--pidfile={self.setting.instance.run / 'rtpengine.pid'}",
        ]

    def environment(self) -> Mapping[str, str]:
        """Return the common environment."""
        return self.setting.environment()

    async def is_ready(self) -> bool:
        """Tell whether it answers a ping."""
        return await probes.answers_ping(self._relay.control)
