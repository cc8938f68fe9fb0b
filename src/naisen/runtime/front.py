"""What the TLS front needs to know: where phones and browsers come in, and which inner ports lead on.

Phones never reach Kamailio's TCP itself: its tls module can be crashed from outside by mixed good and garbage
handshakes (5.6.3 with OpenSSL 3), and a PROXY header is believed from whoever can connect. So TCP, TLS and
WSS all come in through HAProxy, and Kamailio listens for it on loopback alone.
"""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from naisen.ports import free_port
from naisen.runtime.address import Address, require_free
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance

HTTPS_PORT, SIP_TLS_PORT = 8443, 5061
WSS_PATH = "/sip"


@dataclass(frozen=True, slots=True)
class Front:
    """The public addresses (TCP), and Kamailio's ports on loopback, one for each transport."""

    sip: Address
    sip_tls: Address
    https: Address
    tcp_port: int
    tls_port: int
    ws_port: int

    @property
    def wss(self) -> str:
        """Where phones in browsers connect."""
        return f"wss://{self.https}{WSS_PATH}"


@contextlib.contextmanager
def take_front(instance: Instance) -> Iterator[Front]:
    """Choose the addresses and keep other instances off them meanwhile.

    An address that was asked for and is taken is a StartError; else another free port takes its place.
    """
    with contextlib.ExitStack() as guards:
        sip_tls = _take(guards, instance.sip_tls, Address(instance.sip.host, SIP_TLS_PORT), "--sip-tls")
        https = _take(guards, instance.https, Address(instance.http.host, HTTPS_PORT), "--https")
        tcp_port, tls_port, ws_port = free_port(), free_port(), free_port()
        yield Front(instance.sip, sip_tls, https, tcp_port, tls_port, ws_port)


def _take(guards: contextlib.ExitStack, asked: Address | None, usual: Address, option: str) -> Address:
    if asked is not None:
        require_free(asked, ("TCP",), option)
        return asked
    for port in (usual.port, *(free_port(usual.host) for _ in range(20))):
        address = Address(usual.host, port)
        guard = guards.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        try:
            # As for the relay's ports: a bound socket is a lock without a file.
            guard.bind((address.host, port))
            require_free(address, ("TCP",), option)
        except (OSError, StartError):
            guard.close()
            continue
        return address
    raise StartError(f"no free port on {usual.host}; choose one with {option} HOST:PORT")
