"""What the tests that cross parts share: one running Naisen."""

from collections.abc import Iterator

import pytest

from naisen.runtime.testing.instance import RunningInstance


@pytest.fixture(scope="session")
def instance() -> Iterator[RunningInstance]:
    """A real `./naisen demo`, ready; shared by all tests that do not break it."""
    with RunningInstance() as running:
        yield running
