"""Runs sipp, the load generator, and reads what it counted."""

import contextlib
import csv
import os
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from naisen.ports import free_port
from naisen.runtime.errors import StartError

SCENARIOS = Path(__file__).parents[3] / "bench"
HOST = "127.0.0.1"
Process = subprocess.Popen[bytes]
GIVE_UP_S = 20
"""How long the last calls may take after the last one was offered."""


@dataclass(frozen=True, slots=True)
class Load:
    """Offer `count` operations of a scenario at `rate` a second, with the values in the file `users`.

    `uri`: the Request-URI without `sip:`, for the digests.
    """

    scenario: str
    rate: int
    count: int
    users: Path
    uri: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a load: operations that succeeded and failed, and the seconds that it took."""

    succeeded: int
    failed: int
    took_s: float


def offer(server: str, load: Load, folder: Path, port: int | None = None) -> Counts:
    """Offer the load to `server` (host:port), from `port` if that matters, and wait until all have ended."""
    process = start(
        server,
        load.scenario,
        folder,
        *("-inf", load.users, "-auth_uri", load.uri, "-r", load.rate, "-m", load.count),
        *(
            "-l",
            20_000,
            "-timeout",
            load.count // load.rate + GIVE_UP_S,
            "-trace_stat",
            "-fd",
            3600,
            "-trace_err",
        ),
        port=port or free_port(),
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(load.count / load.rate + 2 * GIVE_UP_S)
    end([process])
    return _counts_of(folder / f"{load.scenario}_{process.pid}_.csv", _log(folder, load.scenario))


def start(server: str, scenario: str, folder: Path, *options: object, port: int) -> Process:
    """Start sipp with a scenario of bench/; its output goes to SCENARIO.log in `folder`."""
    command = ["sipp", server, "-sf", SCENARIOS / f"{scenario}.xml", "-i", HOST, "-p", port, "-nostdin"]
    with _log(folder, scenario).open("wb") as output:
        return subprocess.Popen(
            [str(word) for word in (*command, "-buff_size", 4_000_000, *options)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TERM": "dumb"},
        )


def end(processes: Iterable[Process]) -> None:
    """End these sipp processes."""
    for process in processes:
        process.kill()
        process.wait()


def write_users(path: Path, rows: Iterable[tuple[str, str]], domain: str) -> Path:
    """Write a file of (login, dialled number); every password is `password`."""
    lines = (
        f"{login};{domain};{number};[authentication username={login} password=password]"
        for login, number in rows
    )
    path.write_text("\n".join(["SEQUENTIAL", *lines]) + "\n")
    return path


def await_bound(ports: Iterable[int]) -> None:
    """Return once somebody listens on each of these UDP ports; StartError after 10 s."""
    deadline = time.monotonic() + 10
    waiting = list(ports)
    while waiting := [port for port in waiting if not _is_bound(port)]:
        if time.monotonic() > deadline:
            raise StartError(f"sipp does not listen on {waiting}")
        time.sleep(0.02)


def _is_bound(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def _log(folder: Path, scenario: str) -> Path:
    return folder / f"{scenario}.log"


def _counts_of(statistics: Path, log: Path) -> Counts:
    if not statistics.exists():
        raise StartError(f"sipp ended without figures: {log.read_text(errors='replace')[-500:]}")
    with statistics.open(newline="") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    hours, minutes, *seconds = last["ElapsedTime(C)"].split(":")
    took_s = int(hours) * 3600 + int(minutes) * 60 + float(".".join(seconds[:2]))
    return Counts(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), took_s)
