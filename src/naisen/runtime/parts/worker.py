"""The worker: carries out jobs that the portal has queued in PostgreSQL."""

import time
from collections.abc import Mapping

from naisen.runtime.database import manage_command
from naisen.runtime.part import Command, Part
from naisen.runtime.setting import Setting

# One that cannot work (no database, a broken import) ends within this time.
SETTLED_S = 1.0


class Worker(Part):
    """Has no address to ask; it is ready when it has lived for a second."""

    name = "worker"

    def __init__(self, setting: Setting) -> None:
        """Not started yet."""
        super().__init__(setting)
        self._started_at = 0.0

    def before_start(self) -> None:
        """Note when."""
        self._started_at = time.monotonic()

    def command(self) -> Command:
        """Run procrastinate's worker until it is told to stop."""
        return manage_command("procrastinate", "worker")

    def environment(self) -> Mapping[str, str]:
        """Return the portal's environment: jobs are portal code."""
        return self.setting.portal_environment()

    async def is_ready(self) -> bool:
        """Tell whether it has outlived its start."""
        return time.monotonic() - self._started_at > SETTLED_S
