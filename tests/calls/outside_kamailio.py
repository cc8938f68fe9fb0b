"""A carrier that is a Kamailio of its own: it asks for passwords, and a telephone outside is registered there.

On TLS a HAProxy of the carrier's stands before it. What its customer gets goes over the connection that the customer
has registered on, as carriers do it.
"""

import contextlib
import hashlib
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from naisen.ports import free_port
from naisen.runtime import binaries, processes
from tests.calls.carrier import PASSWORD, REALM, USER
from tests.calls.waiting import wait_for

HOST = "127.0.7.2"
OUTSIDE = "0312345678"

CONFIG = """
listen=udp:{host}:{port}
listen=tcp:{host}:{port}
children=1
tcp_children=1
log_stderror=yes
auto_aliases=no
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "xlog.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "nathelper.so"
loadmodule "auth.so"
modparam("rr", "append_fromtag", 0)
modparam("registrar", "received_avp", "$avp(received)")
modparam("nathelper", "received_avp", "$avp(received)")
request_route {{
    force_rport();
    if (has_totag()) {{
        if (!loose_route()) {{
            if (is_method("ACK") && t_check_trans()) {{ t_relay(); }}
            exit;
        }}
        # Over the connection that the other one has registered on; a telephone on UDP has none.
        xlog("L_ALERT", "IN $rm $ru du $du from $pr:$si:$sp route $hdr(Route)\n");
        $var(from) = "sip:" + $si + ":" + $sp + ";transport=tcp";
        if ("{transport}" != "udp" && reg_fetch_contacts("location", "sip:{user}@{host}", "customer")) {{
            if ($(ulc(customer=>received)) != $var(from)) {{
                $du = $(ulc(customer=>received));
            }} else if (reg_fetch_contacts("location", "sip:{outside}@{host}", "outside")) {{
                if ($(ulc(outside=>received)) != $null) {{ $du = $(ulc(outside=>received)); }}
            }}
        }}
        t_relay();
        exit;
    }}
    if (is_method("CANCEL")) {{
        if (t_check_trans()) {{ t_relay(); }}
        exit;
    }}
    if (is_method("REGISTER")) {{
        # Our customer proves its password; the telephone outside is the carrier's own and needs none.
        if ($tU == "{user}" && !pv_www_authenticate("{realm}", "{ha1}", "1")) {{
            auth_challenge("{realm}", "0");
            exit;
        }}
        if ($pr == "tcp") {{ fix_nated_register(); }}
        save("location");
        exit;
    }}
    if (!is_method("INVITE")) {{ sl_send_reply("405", "No"); exit; }}
    record_route();
    if ($fU == "{outside}") {{  # from outside to our customer: to the address that it has registered
        xlog("L_ALERT", "called $rU\\n");
        if (!lookup("location", "sip:{user}@{host}")) {{ sl_send_reply("480", "Customer Away"); exit; }}
        t_relay();
        exit;
    }}
    if (!pv_proxy_authenticate("{realm}", "{ha1}", "1")) {{
        auth_challenge("{realm}", "0");
        exit;
    }}
    consume_credentials();
    xlog("L_ALERT", "shown $fU asserted $ai privacy $hdr(Privacy)\\n");
    if (!lookup("location", "sip:$rU@{host}")) {{ sl_send_reply("404", "Nobody"); exit; }}
    t_relay();
}}
"""


class OutsideKamailio:
    """Use as a context manager. `address` is where it listens."""

    def __init__(self, user: str | None, transport: str = "udp", certificate: Path | None = None) -> None:
        """`user`: the system user that it runs as; `transport`: what its customer speaks to it.

        `certificate`: a PEM file with key and certificate, for TLS.
        """
        self.address = (HOST, free_port())
        self.transport, self._certificate = transport, certificate
        self.port = free_port() if transport == "tls" else self.address[1]
        self.folder = Path(tempfile.mkdtemp(prefix="naisen-carrier-"))
        self._user = user
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        config = self.folder / "kamailio.cfg"
        ha1 = hashlib.md5(f"{USER}:{REALM}:{PASSWORD}".encode()).hexdigest()
        values = {
            "host": HOST,
            "port": self.address[1],
            "user": USER,
            "realm": REALM,
            "outside": OUTSIDE,
            "ha1": ha1,
            "transport": self.transport,
        }
        config.write_text(CONFIG.format(**values))
        if self._user:
            for path in (self.folder, config):
                shutil.chown(path, self._user, self._user)
        if self.transport == "tls":
            self._end_tls()
        command = [
            str(binaries.find("kamailio", "kamailio")),
            "-f",
            str(config),
            "-DD",
            "-E",
            "-Y",
            str(self.folder),
            "-w",
            str(self.folder),
        ]
        self._spawn([*command, "-m", "32", "-M", "8"])
        wait_for(lambda: "listening" in self.log().lower() and self._takes_connections(), 10, self.log)
        return self

    def _end_tls(self) -> None:
        config = self.folder / "haproxy.cfg"
        config.write_text(
            "defaults\n mode tcp\n timeout connect 3s\n timeout client 60s\n timeout server 60s\n"
            f"listen sips\n bind {HOST}:{self.port} ssl crt {self._certificate}\n"
            f" server kamailio {HOST}:{self.address[1]}\n"
        )
        self._spawn([str(binaries.find("haproxy", "haproxy")), "-db", "-f", str(config)])

    def _takes_connections(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
            return True
        return False

    def _spawn(self, command: list[str]) -> None:
        with (self.folder / "log").open("ab") as output:
            self._processes.append(
                processes.spawn(command, environment={}, folder=self.folder, output=output, user=self._user)
            )

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What it has written."""
        return (self.folder / "log").read_text(errors="replace")
