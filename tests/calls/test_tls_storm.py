"""Good and garbage TLS handshakes by the thousand (R3, short form)."""

from collections.abc import Callable

from tests.calls.edge_server import EdgeServer
from tests.calls.tls_storm import storm

CONNECTIONS = 3_000


def test_garbage_handshakes_disturb_nobody(edge: EdgeServer, figure: Callable[[str], None]) -> None:
    figures = storm(edge, CONNECTIONS)
    figure(str(figures))
    assert figures.connections >= CONNECTIONS
    assert figures.failed == 0
    assert figures.p99_ms < 1000
