"""The portal: Django under uvicorn, two processes."""

import os
import sys
from collections.abc import Mapping

from naisen.runtime import probes
from naisen.runtime.part import Command, Part

WORKERS = 2
# Open browser pages hold a stream for ever; they reconnect by themselves.
GRACE_S = 2


def proxy_options() -> tuple[str, ...]:
    """Whose X-Forwarded-For and X-Forwarded-Proto are believed: the proxy's in front, nobody's without one.

    What anybody may send must not count: guesses at the sign-in are limited by address.
    """
    default = "127.0.0.1" if os.environ.get("NAISEN_HTTPS") == "1" else ""
    proxy = os.environ.get("NAISEN_PROXY") or default
    return ("--proxy-headers", "--forwarded-allow-ips", proxy) if proxy else ("--no-proxy-headers",)


class Portal(Part):
    """Answers browsers on the HTTP address."""

    name = "portal"

    def command(self) -> Command:
        """Serve with uvicorn; it starts its own workers again when they die."""
        http = self.setting.instance.http
        return [
            *(sys.executable, "-m", "uvicorn", "naisen.portal.asgi:application"),
            *("--host", http.host, "--port", str(http.port), "--workers", str(WORKERS)),
            *("--timeout-graceful-shutdown", str(GRACE_S), "--no-server-header", "--no-access-log"),
            *proxy_options(),
        ]

    def environment(self) -> Mapping[str, str]:
        """Return the environment with the portal's own database role."""
        return self.setting.portal_environment()

    async def is_ready(self) -> bool:
        """Tell whether it answers its health page, which asks the database."""
        return await probes.answers_http(self.setting.instance.http, "/healthz")
