"""Renders Kamailio's configuration: `render(EdgeSettings) -> str`, the same for Kamailio 5.6 and 6.0."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from naisen.edge.identity import FOREIGN_HEADERS
from naisen.edge.refusals import RETRY_AFTER_S
from naisen.version import VERSION

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "kamailio.cfg.template"
_PLACE = re.compile(r"@([A-Z_]+)@")


@dataclass(frozen=True, slots=True)
class FrontSockets:
    """Where the TLS front hands TCP, TLS and WSS on: ports of loopback, with PROXY headers.

    `tls_address`, `wss_address`: host:port that phones use; plain TCP has the address of UDP.
    """

    tcp_port: int
    tls_port: int
    ws_port: int
    tls_address: str
    wss_address: str


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """What differs from one instance to the next.

    `database_url`: libpq URI of the role naisen_edge. `rtpengine`: host:port of its ng protocol. `run_dir`:
    a folder the edge may write (sockets, spooled call records). `python_paths`: what to put before
    Python's own path, so that naisen and psycopg are found. `workers`: processes per transport.
    `min_expires_s`, `max_expires_s`: a shorter registration gets 423, a longer one is shortened.
    `requests_per_2s`: what one unknown address may send before it is ignored. `dialog_write_s`: how often Kamailio
    writes calls, besides Naisen. `front`: None for UDP alone.
    """

    sip_host: str
    sip_port: int
    database_url: str
    rtpengine: str
    run_dir: str
    python_paths: tuple[str, ...]
    shared_memory_mb: int = 128
    workers: int = 4
    min_expires_s: int = 60
    max_expires_s: int = 3600
    requests_per_2s: int = 300
    nat_ping_s: int = 25
    dialog_write_s: int = 300
    front: FrontSockets | None = None


def render(settings: EdgeSettings) -> str:
    """Return the text of kamailio.cfg. It holds the database password: write it with mode 0600.

    `shared_memory_mb` goes on Kamailio's command line (-m), not in here. Raises ValueError for a value that
    the file cannot carry.
    """
    values = {
        "VERSION": VERSION,
        "LISTEN": f"{_host(settings.sip_host)}:{settings.sip_port}",
        "FRONT": _front_lines(settings.front, f"{_host(settings.sip_host)}:{settings.sip_port}"),
        "WORKERS": str(settings.workers),
        "DB_URL": _quotable(kamailio_database_url(settings.database_url)),
        "RESTORE_PASSWORD": hashlib.sha256(settings.database_url.encode()).hexdigest()[:32],
        "RTPENGINE": _quotable(f"udp:{settings.rtpengine}"),
        "RPC_SOCKET": _quotable(f"{settings.run_dir}/kamailio.rpc"),
        "KEMI": _quotable(str(FOLDER / "kemi" / "routes.py")),
        "PYTHON_SETTINGS": _one_line(json.dumps(python_settings(settings))),
        "MIN_EXPIRES": str(settings.min_expires_s),
        "MAX_EXPIRES": str(settings.max_expires_s),
        "DENSITY": str(settings.requests_per_2s),
        "RETRY_AFTER": str(RETRY_AFTER_S),
        "FOREIGN_HEADERS": _quotable(FOREIGN_HEADERS),
        "NAT_PING": str(settings.nat_ping_s),
        "DIALOG_WRITE": str(settings.dialog_write_s),
    }
    return _PLACE.sub(lambda place: values[place[1]], TEMPLATE.read_text(encoding="utf-8"))


def _addresses(settings: EdgeSettings) -> dict[str, str]:
    """host:port of ours, by what a phone speaks."""
    sip = f"{_host(settings.sip_host)}:{settings.sip_port}"
    front = settings.front
    return {
        "udp": sip,
        "tcp": sip,
        "tls": front.tls_address if front else sip,
        "wss": front.wss_address if front else sip,
    }


def _sockets(settings: EdgeSettings) -> dict[str, str]:
    """Where Kamailio itself listens, by what a phone speaks."""
    sip = f"{_host(settings.sip_host)}:{settings.sip_port}"
    front = settings.front
    ports = {"tcp": front.tcp_port, "tls": front.tls_port, "wss": front.ws_port} if front else {}
    return {"udp": f"udp:{sip}", **{name: f"tcp:127.0.0.1:{port}" for name, port in ports.items()}}


def _front_lines(front: FrontSockets | None, sip: str) -> str:
    """Kamailio's sockets behind the front. Their names tell the transports apart (kemi/message.py)."""
    if front is None:
        return "disable_tcp=yes"
    sockets = (
        ("tcp", front.tcp_port, sip),
        ("tls", front.tls_port, front.tls_address),
        ("wss", front.ws_port, front.wss_address),
    )
    return "\n".join(
        f'listen=tcp:127.0.0.1:{port} advertise {address} name "{name}"' for name, port, address in sockets
    )


def python_settings(settings: EdgeSettings) -> dict[str, object]:
    """What kemi.routes needs to know; it travels inside the configuration."""
    return {
        "database_url": settings.database_url,
        "addresses": _addresses(settings),
        "sockets": _sockets(settings),
        "run_dir": settings.run_dir,
        "python_paths": list(settings.python_paths),
        "min_expires_s": settings.min_expires_s,
    }


def kamailio_database_url(url: str) -> str:
    """The libpq URI in the form that Kamailio's db_postgres takes.

    Its own syntax has no room for a unix socket, but it passes the database's name on to libpq, which reads
    a whole connection string there. Raises ValueError for a `?`, where Kamailio would cut it off.
    """
    text = make_conninfo("", **conninfo_to_dict(url))
    if "?" in text:
        raise ValueError("the database URL must not hold a question mark in its values")
    return f"postgres:///{text}"


def _host(host: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:-]+", host.strip("[]")):
        raise ValueError(f"not a host: {host!r}")
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _quotable(text: str) -> str:
    if "\n" in text or "\0" in text:
        raise ValueError("a setting of the edge must be one line")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("a setting of the edge must be one line")
    return text
