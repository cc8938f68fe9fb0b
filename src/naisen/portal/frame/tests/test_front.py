"""Who is believed to be the front, and what then is known of the browser."""

import asyncio
from typing import Any

import pytest

from naisen.portal.front import BehindFront, Scope

KEY = "a" * 64


def seen_by_portal(headers: dict[str, str], key: str = KEY) -> Scope:
    """The request as it arrives behind."""
    seen: list[Scope] = []

    async def portal(scope: Scope, receive: Any, send: Any) -> None:
        seen.append(scope)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: Scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 1), "headers": raw}
    asyncio.run(BehindFront(portal, key)(scope, None, None))
    return seen[0]


def test_the_front_is_believed() -> None:
    scope = seen_by_portal({"x-naisen-front": KEY, "x-forwarded-for": "192.0.2.7"})
    assert (scope["scheme"], scope["client"]) == ("https", ("192.0.2.7", 0))
    assert scope["headers"] == [(b"x-forwarded-for", b"192.0.2.7")]


@pytest.mark.parametrize("key", ["", "b" * 64])
def test_nobody_else_is(key: str) -> None:
    scope = seen_by_portal({"x-naisen-front": key, "x-forwarded-for": "192.0.2.7"})
    assert (scope["scheme"], scope["client"]) == ("http", ("127.0.0.1", 1))


def test_without_a_front_an_empty_key_opens_nothing() -> None:
    scope = seen_by_portal({"x-naisen-front": "", "x-forwarded-for": "192.0.2.7"}, key="")
    assert scope["scheme"] == "http"
