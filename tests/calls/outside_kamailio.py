"""A carrier that is a Kamailio of its own: it asks for passwords, and a telephone outside is registered there."""

import hashlib
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from naisen.runtime import binaries, processes
from tests.calls.carrier import PASSWORD, REALM, USER
from tests.calls.edge_server import free_port, wait_for

HOST = "127.0.7.2"
OUTSIDE = "0312345678"

CONFIG = """
listen=udp:{host}:{port}
children=1
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
loadmodule "auth.so"
modparam("rr", "append_fromtag", 0)
request_route {{
    if (has_totag()) {{
        if (!loose_route()) {{
            if (is_method("ACK") && t_check_trans()) {{ t_relay(); }}
            exit;
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

    def __init__(self, user: str | None) -> None:
        """`user`: the system user that it runs as."""
        self.address = (HOST, free_port())
        self.folder = Path(tempfile.mkdtemp(prefix="naisen-carrier-"))
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

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
        }
        config.write_text(CONFIG.format(**values))
        if self._user:
            for path in (self.folder, config):
                shutil.chown(path, self._user, self._user)
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
        with (self.folder / "log").open("ab") as output:
            self._process = processes.spawn(
                [*command, "-m", "32", "-M", "8"],
                environment={},
                folder=self.folder,
                output=output,
                user=self._user,
            )
        wait_for(lambda: "listening" in self.log().lower(), 10, self.log)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What it has written."""
        return (self.folder / "log").read_text(errors="replace")
