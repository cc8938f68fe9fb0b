"""One edge for all tests of calls, set back before each."""

from collections.abc import Iterator

import pytest

from tests.calls.edge_server import EdgeServer


@pytest.fixture(scope="session")
def running_edge() -> Iterator[EdgeServer]:
    """The edge, started when the first test asks for it."""
    server = EdgeServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def edge(running_edge: EdgeServer) -> EdgeServer:
    """The edge with nobody registered and nothing noted."""
    running_edge.reset()
    return running_edge
