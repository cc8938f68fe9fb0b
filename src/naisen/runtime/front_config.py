"""Renders HAProxy's configuration (2.6 and newer): `render(...) -> str`."""

import re
from pathlib import Path

from naisen.ports import LOOPBACK
from naisen.runtime.address import Address
from naisen.runtime.front import WSS_PATH, Front

TEMPLATE = Path(__file__).with_name("haproxy.cfg.template")
FRONT_HEADER = "X-Naisen-Front"
"""Tells the portal, by a key that nobody else knows, that X-Forwarded-For is the front's word."""
_PLACE = re.compile(r"@([A-Z_]+)@")


def render(front: Front, portal: Address, *, certificate: Path, control: Path, key: str) -> str:
    """Return the text of haproxy.cfg. It holds `key`: write it with mode 0600.

    `certificate`: a PEM file with chain and private key. `control`: the unix socket to make.
    """
    inner = Address(LOOPBACK, portal.port) if portal.is_any else portal
    values = {
        "CONTROL": _quoted(control),
        "CERTIFICATE": _quoted(certificate),
        "SIP": str(front.sip),
        "SIP_TLS": str(front.sip_tls),
        "HTTPS": str(front.https),
        "PORTAL": str(inner),
        "FRONT_HEADER": FRONT_HEADER,
        "FRONT_KEY": key,
        "WSS_PATH": WSS_PATH,
        "TCP_PORT": str(front.tcp_port),
        "TLS_PORT": str(front.tls_port),
        "WS_PORT": str(front.ws_port),
    }
    return _PLACE.sub(lambda place: values[place[1]], TEMPLATE.read_text(encoding="utf-8"))


def _quoted(path: Path) -> str:
    """A path as one word of HAProxy's (section 2.2 of its manual)."""
    return re.sub(r"([\\\s\"'#$])", r"\\\1", str(path))
