"""What runs now, in DIR/run/state.json: written by the supervisor, read by `status` and the next start."""

import contextlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from naisen.runtime import processes
from naisen.runtime.instance import Instance

STOPPED = "stopped"
STARTING = "starting"
READY = "ready"
RESTARTING = "restarting"
UNRESPONSIVE = "unresponsive"


@dataclass(slots=True)
class PartState:
    """One part: its leader's pid and start time, and in which state it is, with the reason where it ails."""

    name: str
    state: str = STOPPED
    pid: int | None = None
    started: int | None = None
    reason: str = ""
    restarts: int = 0


@dataclass(slots=True)
class State:
    """The whole instance."""

    http: str
    sip: str
    demo: bool = False
    ready: bool = False
    supervisor: int | None = None
    parts: list[PartState] = field(default_factory=list)
    https: str = ""
    sip_tls: str = ""
    wss: str = ""

    def write(self, path: Path) -> None:
        """Replace the file, whole or not at all. A full disk must not stop the supervisor."""
        with contextlib.suppress(OSError):
            unfinished = path.with_name(path.name + ".new")
            unfinished.write_text(json.dumps(asdict(self)))
            unfinished.rename(path)

    def tls_addresses(self) -> dict[str, str]:
        """Return where browsers and phones come in by TLS; nothing before the first start."""
        return (
            {"https": f"https://{self.https}", "sip_tls": self.sip_tls, "wss": self.wss} if self.https else {}
        )

    def public(self) -> dict[str, Any]:
        """Return what `status --json` prints."""
        return {
            "http": f"http://{self.http}",
            "sip": self.sip,
            **self.tls_addresses(),
            "ready": self.ready,
            "parts": [
                {"name": part.name, "pid": part.pid, "state": part.state}
                | ({"reason": part.reason} if part.reason else {})
                for part in self.parts
            ],
        }


def read(path: Path) -> State | None:
    """Return the last state written, or None when there is none that can be read."""
    try:
        content = json.loads(path.read_text())
        return State(**content | {"parts": [PartState(**part) for part in content["parts"]]})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def current(instance: Instance) -> State:
    """Return the state as it is now: what no supervisor holds is stopped, whatever the file says."""
    found = read(instance.state_file) or State(str(instance.http), str(instance.sip))
    if not instance.is_locked:
        found.ready, found.supervisor = False, None
        for part in found.parts:
            part.state, part.pid, part.reason = STOPPED, None, ""
    return found


def leftovers(instance: Instance) -> list[int]:
    """Return live processes of an earlier run of this data folder; never a stranger's.

    They are in the session of a recorded part whose pid and start time still match, or they carry the marks
    that every part is started with.
    """
    found = read(instance.state_file)
    leaders = {
        part.pid
        for part in (found.parts if found else [])
        if part.pid and part.started and processes.is_same(part.pid, part.started)
    }
    return [
        seen.pid
        for seen in processes.everything()
        if leaders & {seen.session, seen.group} or _is_part(seen.pid, str(instance.data))
    ]


def _is_part(pid: int, data: str) -> bool:
    environment = processes.environment_of(pid)
    return "NAISEN_PART" in environment and environment.get("NAISEN_DATA") == data
