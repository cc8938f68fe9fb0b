"""The phones around a server: who is called and from where, and who calls."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from naisen.load import sipp
from naisen.load.servers import DOMAIN, Server
from naisen.load.sipp import Counts, Load
from naisen.ports import free_port
from naisen.runtime.errors import StartError

GROUP_SIZE = 10
GROUP, FIRST_OF_GROUP = "700", "20001"
"""The number of the first ring group, and the extension of its first member."""
TRIES = 3
NUMBERS = {"call": FIRST_OF_GROUP, "group": GROUP, "register": ""}


class Site:
    """The ten devices of the first ring group are called, each at a port of its own; all others call and register.

    The first one answers, the others ring until it has answered. All calls of a load go to one number, because
    sipp makes its digests for one Request-URI.
    """

    def __init__(self, server: Server, folder: Path) -> None:
        """`folder`: an empty one, for sipp's files."""
        self._server, self._folder, self._address = server, folder, str(server.address)
        self._ports = [free_port() for _ in range(GROUP_SIZE)]
        self._callers = range(GROUP_SIZE + 1, server.devices + 1)
        self._caller_port = free_port()
        self._files = {kind: self._users(kind, self._callers, number) for kind, number in NUMBERS.items()}

    def _users(self, name: str, devices: range, number: str) -> Path:
        rows = ((f"load{device}", number) for device in devices)
        return sipp.write_users(self._folder / f"{name}.csv", rows, DOMAIN)

    def register_all(self) -> None:
        """Register every device from where it is: what is measured later are refreshes, as in a working office."""
        with ThreadPoolExecutor(GROUP_SIZE) as at_once:
            list(at_once.map(self._register_called, range(GROUP_SIZE)))
        self._register(self._files["register"], len(self._callers), self._caller_port)

    def _register_called(self, index: int) -> None:
        users = self._users(f"called{index}", range(index + 1, index + 2), "")
        self._register(users, 1, self._ports[index])

    def _register(self, users: Path, count: int, port: int) -> None:
        for _ in range(TRIES):
            load = Load("register", 200, count, users, DOMAIN)
            counts = sipp.offer(self._address, load, self._folder, port)
            if counts.succeeded == count:
                return
        raise StartError(f"{count - counts.succeeded} of {count} devices could not register")

    @contextlib.contextmanager
    def answering(self, *, groups: bool) -> Iterator[None]:
        """A phone that answers meanwhile; with `groups` those of the other members, too."""
        ports = self._ports if groups else self._ports[:1]
        phones = [self._phone(index, port) for index, port in enumerate(ports)]
        try:
            sipp.await_bound(ports)
            yield
        finally:
            sipp.end(phones)

    def _phone(self, index: int, port: int) -> sipp.Process:
        folder = self._folder / f"phone{index}"
        folder.mkdir(exist_ok=True)
        return sipp.start(self._address, "ring" if index else "answer", folder, port=port)

    def offer(self, kind: str, rate: int, count: int) -> Counts:
        """Offer `count` operations of a kind ('register', 'call', 'group') at `rate` a second."""
        users, number = self._files[kind], NUMBERS[kind]
        if kind == "register":
            load = Load(kind, rate, count, users, DOMAIN)
            return sipp.offer(self._address, load, self._folder, self._caller_port)
        load = Load("call", rate, count, users, f"{number}@{DOMAIN}")
        with self.answering(groups=kind == "group"):
            return sipp.offer(self._address, load, self._folder)
