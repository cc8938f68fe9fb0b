"""Free ports for a phone."""

import socket
from contextlib import ExitStack


def free_sip_port(address: str) -> int:
    """A port that is free on `address`, for UDP and TCP, together with the one after it (baresip takes both)."""
    for _ in range(50):
        with ExitStack() as probes:
            first = probes.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            first.bind((address, 0))
            port = int(first.getsockname()[1])
            if _can_bind(address, port, socket.SOCK_STREAM) and _pair_is_free(address, port + 1):
                return port
    raise OSError(f"no two neighbouring ports are free on {address}")


def free_tcp_port(address: str) -> int:
    """A TCP port that is free on `address`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _pair_is_free(address: str, port: int) -> bool:
    return port < 65536 and all(
        _can_bind(address, port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    )


def _can_bind(address: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
