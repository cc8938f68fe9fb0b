"""What the tests with real phones share."""

from collections.abc import Iterator

import pytest

from tests.phones.small_server import SmallServer


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with SmallServer() as server:
        yield server
