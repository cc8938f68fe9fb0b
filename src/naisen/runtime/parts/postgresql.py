"""PostgreSQL: the private cluster in the data folder."""

import asyncio
import signal
from collections.abc import Mapping

from naisen.runtime.part import Command, Part


class PostgreSQL(Part):
    """Serves on a unix socket only; SIGINT is its «fast shutdown», SIGQUIT leaves recovery to the next start."""

    name = "postgresql"
    stop_signal = signal.SIGINT
    hurry_signal = signal.SIGQUIT
    stop_patience_s = 20.0
    # Recovery after a crash under load reads up to max_wal_size.
    start_patience_s = 120.0

    def before_start(self) -> None:
        """Make the cluster at the first start; end what an earlier server left behind."""
        cluster = self.setting.cluster
        cluster.clear_leftovers()
        if not cluster.exists:
            cluster.make(self.environment())

    def command(self) -> Command:
        """Serve in the foreground."""
        return self.setting.cluster.serve_command()

    def environment(self) -> Mapping[str, str]:
        """Return the common environment: PostgreSQL needs no secret."""
        return self.setting.environment()

    async def is_ready(self) -> bool:
        """Tell whether it takes connections."""
        return await asyncio.to_thread(self.setting.cluster.accepts)

    def leftovers(self) -> list[int]:
        """Return the backends: each leads a session of its own."""
        return self.setting.cluster.leftovers()
