"""The carriers' connections: one process that opens TCP and TLS to those that want it (C-08)."""

import sys
import time
from collections.abc import Mapping

from naisen.runtime.front import Front
from naisen.runtime.part import Command, Part
from naisen.runtime.setting import Setting

# One that cannot work ends within this time.
SETTLED_S = 1.0


class CarrierLinks(Part):
    """Has no address to ask; it is ready when it has lived for a second."""

    name = "carrier-links"
    # Phones, and carriers on UDP, need none of it.
    is_essential = False

    def __init__(self, setting: Setting, front: Front) -> None:
        """Note where the edge takes connections."""
        super().__init__(setting)
        self._front, self._started_at = front, 0.0

    def before_start(self) -> None:
        """Note when."""
        self._started_at = time.monotonic()

    def command(self) -> Command:
        """Run it; it follows the database by itself."""
        ports = (str(self._front.tcp_port), str(self._front.tls_port))
        return [sys.executable, "-m", "naisen.edge.carrier_links", *ports]

    def environment(self) -> Mapping[str, str]:
        """Return the environment with the edge's own database role."""
        return self.setting.environment() | {"NAISEN_EDGE_DATABASE_URL": self.setting.edge_url}

    async def is_ready(self) -> bool:
        """Tell whether it has outlived its start."""
        return time.monotonic() - self._started_at > SETTLED_S
