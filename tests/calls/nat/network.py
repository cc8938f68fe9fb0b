"""Three network namespaces: the world (ours), a router that masquerades, and an office behind it.

Works in a network namespace of our own (`unshare --net`), which must belong to us: nothing outside it is touched.
"""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator

WORLD, ROUTER, OFFICE = "203.0.113.1", "203.0.113.2", "192.168.7.10"
GATEWAY = "192.168.7.1"
BINDING_S = 4
"""For so long the router remembers a UDP binding that carries nothing."""
# Whoever is not root has the rights over a network in a user namespace alone; root needs none (a chroot forbids it).
AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace that lives as long as its process."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(
            ["unshare", *AS_ROOT, "--net", "sh", "-c", "echo ready; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"

    @property
    def pid(self) -> int:
        """The process that holds it."""
        return self._holder.pid

    def run(self, *commands: str) -> None:
        """Run these there, one after the other."""
        theirs = ["--user", "--preserve-credentials"] if AS_ROOT else []
        enter = ["nsenter", "--target", str(self.pid), *theirs, "--net"]
        for command in commands:
            subprocess.run([*enter, "sh", "-c", command], check=True)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets that are made meanwhile are the namespace's, for ever."""
        with open("/proc/self/ns/net") as home, open(f"/proc/{self.pid}/ns/net") as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def close(self) -> None:
        """Let it go."""
        self._holder.communicate()


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@contextlib.contextmanager
def office_behind_nat() -> Iterator[Namespace]:
    """The office, cabled to its router, and the router to the world."""
    router, office = Namespace(), Namespace()
    try:
        for command in (
            "ip link set lo up",
            # Both cables are laid from here: router and office have no rights over each other.
            f"ip link add inside netns {router.pid} type veth peer name lan netns {office.pid}",
            f"ip link add world type veth peer name outside netns {router.pid}",
            f"ip address add {WORLD}/24 dev world",
            "ip link set world up",
        ):
            subprocess.run(command.split(), check=True)
        router.run(
            f"ip address add {ROUTER}/24 dev outside",
            f"ip address add {GATEWAY}/24 dev inside",
            "ip link set outside up; ip link set inside up",
            "echo 1 > /proc/sys/net/ipv4/ip_forward",
            "nft add table ip nat",
            "nft 'add chain ip nat out { type nat hook postrouting priority srcnat; }'",
            "nft add rule ip nat out oifname outside masquerade random",
            f"echo {BINDING_S} > /proc/sys/net/netfilter/nf_conntrack_udp_timeout",
            f"echo {BINDING_S} > /proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream",
        )
        office.run(
            "ip link set lo up",
            f"ip address add {OFFICE}/24 dev lan",
            "ip link set lan up",
            f"ip route add default via {GATEWAY}",
        )
        yield office
    finally:
        office.close()
        router.close()
