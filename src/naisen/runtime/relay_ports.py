"""A range of RTP ports for each instance, so that the media of two instances never meet."""

import contextlib
import socket
from dataclasses import dataclass

from naisen.runtime.errors import StartError

# Below Linux's ephemeral ports (32768 on), so that no outgoing connection takes one of ours.
FIRST, LAST = 12_000, 32_000
# A relayed call takes four ports: RTP and RTCP towards each side.
PORTS_PER_INSTANCE = 1_000


@dataclass(frozen=True, slots=True)
class RelayPorts:
    """Ports `low` to `high`, both included; `guard` keeps other instances out while it is open."""

    low: int
    high: int
    guard: socket.socket

    def release(self) -> None:
        """Let another instance have the range."""
        self.guard.close()


def take_relay_ports(host: str) -> RelayPorts:
    """Take the first free range. Its first port is only ever bound as the guard.

    A bound socket is a lock without a file: it works between users, and it ends with its process.
    """
    for base in range(FIRST, LAST, PORTS_PER_INSTANCE):
        guard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            guard.bind(("127.0.0.1", base))
        except OSError:
            guard.close()
            continue
        low, high = base + 2, base + PORTS_PER_INSTANCE - 1
        if _all_free(host, low, high):
            return RelayPorts(low, high, guard)
        guard.close()
    raise StartError(
        f"no {PORTS_PER_INSTANCE} UDP ports in a row are free between {FIRST} and {LAST} for the calls' audio; "
        "end other instances of Naisen on this machine"
    )


def _all_free(host: str, low: int, high: int) -> bool:
    with contextlib.ExitStack() as probes:
        try:
            for port in range(low, high + 1):
                probe = probes.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                probe.bind((host, port))
        except OSError:
            return False
    return True
