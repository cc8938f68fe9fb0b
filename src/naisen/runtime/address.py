"""host:port as the command line takes it, and whether it can be listened on."""

import contextlib
import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from naisen.runtime import processes
from naisen.runtime.errors import StartError

_KINDS = {"TCP": socket.SOCK_STREAM, "UDP": socket.SOCK_DGRAM}


@dataclass(frozen=True, slots=True)
class Address:
    """An IPv4 address of this machine and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, option: str) -> Self:
        """Read host:port; raises StartError that names the option."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
            raise StartError(f"{option} takes HOST:PORT, for example {option} 127.0.0.1:8080, not {text!r}")
        try:
            return cls(str(ipaddress.IPv4Address(socket.gethostbyname(host))), int(port))
        except (OSError, ValueError) as error:
            raise StartError(f"{option}: {host} is no address of this machine ({error})") from error

    def __str__(self) -> str:
        """host:port, as it was given."""
        return f"{self.host}:{self.port}"

    @property
    def is_any(self) -> bool:
        """Whether it stands for every address of the machine."""
        return ipaddress.IPv4Address(self.host).is_unspecified


def require_free(address: Address, kinds: tuple[str, ...], option: str) -> None:
    """Raise StartError, saying who has it and what to do, when the address cannot be listened on."""
    for kind in kinds:
        with socket.socket(socket.AF_INET, _KINDS[kind]) as probe:
            if kind == "TCP":
                # As the servers do: connections of a server that has ended must not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
                if kind == "TCP":
                    probe.listen(1)
            except OSError as error:
                raise StartError(_complaint(address, kind, option, error)) from error


def _complaint(address: Address, kind: str, option: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {address.port} ({kind}) on {address.host} is in use{_by_whom(address.port, kind)}; "
            f"end that program or choose another port with {option} {address.host}:PORT"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is no address of this machine; choose one with {option} HOST:{address.port}"
    if error.errno == errno.EACCES:
        return f"port {address.port} needs root; choose one above 1023 with {option} {address.host}:PORT"
    return f"cannot listen on {address} ({kind}): {error.strerror}; choose another with {option} HOST:PORT"


def _by_whom(port: int, kind: str) -> str:
    """«by kamailio (process 123)» where we may see it, else nothing."""
    sockets = set(_sockets_on(port, kind))
    for seen in processes.everything():
        with contextlib.suppress(OSError):
            for descriptor in (processes.PROC / str(seen.pid) / "fd").iterdir():
                if os.readlink(descriptor) in sockets:  # noqa: PTH115 - no path: «socket:[123]»
                    program = processes.executable(seen.pid)
                    return f" by {program.name if program else 'a program'} (process {seen.pid})"
    return ""


def _sockets_on(port: int, kind: str) -> list[str]:
    listening = {"TCP": "0A", "UDP": "07"}[kind]
    with contextlib.suppress(OSError):
        rows = [row.split() for row in Path(f"/proc/net/{kind.lower()}").read_text().splitlines()[1:]]
        return [
            f"socket:[{row[9]}]"
            for row in rows
            if int(row[1].rpartition(":")[2], 16) == port and row[3] == listening
        ]
    return []
