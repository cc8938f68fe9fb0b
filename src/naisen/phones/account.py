"""What a phone must know to work: its account and its server."""

import ipaddress
import re
import socket
from dataclasses import dataclass, field

_SAFE = re.compile(r"[A-Za-z0-9._~+-]+")


@dataclass(frozen=True)
class ServerAddress:
    """The address that phones send to: IPv4 or host name, port, and transport ('udp', 'tcp' or 'tls')."""

    host: str
    port: int
    transport: str = "udp"

    @classmethod
    def parse(cls, text: str) -> "ServerAddress":
        """Read `host:port`, as the environment's NAISEN_SIP has it; ValueError if it is not that.

        A listener on every address (0.0.0.0) is reached on the loopback address.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isdigit():
            raise ValueError(f"a SIP address is written host:port, not {text!r}")
        every_address = host == "0.0.0.0"  # noqa: S104 (compared, nothing is bound to it)
        return cls("127.0.0.1" if every_address else host, int(port))

    def local_address(self) -> str:
        """The address of this machine from which the server is reached (no packet is sent)."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((self.host, self.port))
            return str(ipaddress.IPv4Address(probe.getsockname()[0]))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Account:
    """One device's SIP account, as its settings sheet shows it."""

    login: str
    domain: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what would end a field of baresip's account line (ValueError)."""
        for name in ("login", "domain", "password"):
            if not _SAFE.fullmatch(getattr(self, name)):
                raise ValueError(f"the {name} of a phone's account has a character that baresip cannot take")

    @property
    def address_of_record(self) -> str:
        """`sip:login@domain`, the name under which the phone registers."""
        return f"sip:{self.login}@{self.domain}"
