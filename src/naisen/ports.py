"""Free ports that stay free until they are used.

Who binds port 0 and lets go may lose the port before the server that it is meant for listens: to a connection that
goes out, or to another Naisen on the machine. So each process has a block of ports for itself, above those that
Linux gives to outgoing connections, and hands them out in turn.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
BLOCK = 64
HIGHEST = 65_535
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)


class Block:
    """Ports for one process. Its first port is only ever bound as the guard.

    A bound socket is a lock without a file: it works between users, and it ends with its process.
    """

    def __init__(self, base: int) -> None:
        """Take the block that begins at `base`; OSError when another process has it."""
        self.pid = os.getpid()
        self._guard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._guard.bind((LOOPBACK, base))
        except OSError:
            self.release()
            raise
        self._base, self._next = base, 1

    def release(self) -> None:
        """Let another process have it."""
        self._guard.close()

    def turns(self, neighbours: int) -> Iterator[int]:
        """Yield where `neighbours` ports in a row begin, each once; the next call goes on where this one ended."""
        for _ in range(BLOCK):
            if self._next + neighbours > BLOCK:
                self._next = 1
            port = self._base + self._next
            self._next += neighbours
            yield port


_mine: Block | None = None


def free_port(host: str = LOOPBACK, neighbours: int = 1) -> int:
    """A port that is free on `host`, for UDP and TCP, with the `neighbours - 1` after it; OSError for none."""
    for port in _candidates(neighbours):
        if all(_is_free(host, port + step) for step in range(neighbours)):
            return port
    raise OSError(f"no {neighbours} neighbouring ports are free on {host}")


def _candidates(neighbours: int) -> Iterator[int]:
    if block := _own_block():
        yield from block.turns(neighbours)
    # Every block is taken, or Linux gives all ports to outgoing connections: any port has to do.
    for _ in range(BLOCK):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        yield port


def _own_block() -> Block | None:
    global _mine
    if _mine is None or _mine.pid != os.getpid():
        _mine = _take_block()
    return _mine


def _take_block() -> Block | None:
    lowest = int(_EPHEMERAL.read_text().split()[1]) + 1
    for base in range(lowest, HIGHEST - BLOCK, BLOCK):
        with contextlib.suppress(OSError):
            return Block(base)
    return None


def _is_free(host: str, port: int) -> bool:
    for kind in _KINDS:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                return False
    return True
