"""One instance for all that breaks it."""

import time
from collections.abc import Iterator

import pytest

from naisen.runtime.testing.instance import RunningInstance

HEALED_WITHIN_S = 30.0


@pytest.fixture(scope="session")
def breakable() -> Iterator[RunningInstance]:
    """An instance of its own, away from the tests that need a whole one."""
    with RunningInstance() as instance:
        yield instance


@pytest.fixture
def running(breakable: RunningInstance) -> RunningInstance:
    """The instance, healed of what the last test did to it."""
    deadline = time.monotonic() + HEALED_WITHIN_S
    while not breakable.status()["ready"]:
        assert time.monotonic() < deadline, breakable.status()
        time.sleep(0.2)
    return breakable
