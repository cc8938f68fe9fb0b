"""The demo's built-in phones, so that a visitor sees registered devices at once."""

import asyncio
import json
import sys
from collections.abc import Mapping

import psycopg

from naisen.runtime.part import Command, Part


class DemoPhones(Part):
    """Two baresip phones that register and answer."""

    name = "demo-phones"
    # The rest of Naisen works without them.
    is_essential = False
    start_patience_s = 15.0

    def command(self) -> Command:
        """Run the phones; they are started again one by one when they die."""
        return [sys.executable, "-m", "naisen.phones.demo"]

    def environment(self) -> Mapping[str, str]:
        """Return the common environment: the phones read their passwords from the demo's file."""
        return self.setting.environment()

    async def is_ready(self) -> bool:
        """Tell whether every built-in phone is registered."""
        return await asyncio.to_thread(self._all_registered)

    def _all_registered(self) -> bool:
        try:
            phones = json.loads(self.setting.instance.demo_file.read_text())["demo_phones"]
            with psycopg.connect(self.setting.edge_url, connect_timeout=2) as connection:
                row = connection.execute(
                    "SELECT count(DISTINCT username) FROM location WHERE username = ANY(%s)", (phones,)
                ).fetchone()
        except (psycopg.Error, OSError, ValueError):
            return False
        return row == (len(phones),)
