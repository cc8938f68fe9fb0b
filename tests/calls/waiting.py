"""Waiting for what happens elsewhere."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool], timeout_s: float, why_not: Callable[[], str] = str) -> None:
    """Wait until it is so; AssertionError with `why_not()` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not so after {timeout_s} s: {why_not()}")
        time.sleep(0.02)
