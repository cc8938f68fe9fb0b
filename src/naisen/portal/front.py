"""Requests that come through Naisen's own front: by https, from the browser's address.

Anybody may send X-Forwarded-For to the plain port, and guesses at the sign-in are limited by address. So the
front shows a key that nobody else has; without it these headers mean nothing.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
KEY_HEADER, ADDRESS_HEADER = b"x-naisen-front", b"x-forwarded-for"


class BehindFront:
    """An ASGI application that tells the one behind it who asks, and that it is by https."""

    def __init__(self, application: Application, key: str) -> None:
        """`key`: what the front shows; '' where there is none."""
        self._application, self._key = application, key.encode()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            self._believe_the_front(scope)
        await self._application(scope, receive, send)

    def _believe_the_front(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        if not (self._key and hmac.compare_digest(headers.get(KEY_HEADER, b""), self._key)):
            return
        scope["scheme"] = "https"
        scope["client"] = (headers[ADDRESS_HEADER].decode("latin-1"), 0)
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != KEY_HEADER]
