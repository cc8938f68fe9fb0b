"""One edge for all tests of calls, set back before each; and the figures that the tests count."""

from collections.abc import Callable, Iterator

import pytest

from tests.calls.clean_slate import reset
from tests.calls.edge_server import EdgeServer

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a line for the list of figures at the end of the run."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was counted (reliability.md wants it seen)."""
    figures = config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section("figures")
        for line in figures:
            terminalreporter.write_line(line)


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
    """The edge with nobody registered and nothing noted.

    Should Kamailio have ended, this test fails with its last words, and the next ones have a new one.
    """
    if not running_edge.kamailio_runs:
        last_words = running_edge.log()[-5000:]
        running_edge.stop_kamailio()
        running_edge.start_kamailio()
        pytest.fail(f"Kamailio had ended before this test:\n{last_words}")
    reset(running_edge)
    return running_edge
