"""The demo's built-in phones as the process that the runtime starts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from naisen.phones.account import Account
from naisen.phones.demo import CHECK_EVERY_S
from naisen.phones.phone import Phone
from tests.phones.demo_file import write_demo_file
from tests.phones.small_server import SmallServer

VISITOR = Account("visitor", "kaisha.example", "Secret-Of-Visitor")


@contextmanager
def demo_phones(server: SmallServer, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """The part itself, ended by SIGKILL of its own process id if the test has not stopped it."""
    write_demo_file(folder)
    environment = {**os.environ, "NAISEN_DATA": str(folder), "NAISEN_SIP": str(server.address)}
    command = [sys.executable, "-m", "naisen.phones.demo"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def eventually(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait until the condition holds; the test fails if it never does."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """The process ids of a process's own children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def both_are_registered(server: SmallServer) -> bool:
    return set(server.registered) == {"t1", "s1"}


def test_registers_answers_with_a_tone_and_logs_out(server: SmallServer, tmp_path: Path) -> None:
    with (
        demo_phones(server, tmp_path) as process,
        Phone(VISITOR, server.address, tmp_path / "visitor") as visitor,
    ):
        eventually(lambda: both_are_registered(server))
        visitor.register()
        visitor.wait_for("REGISTER_OK")
        start = time.monotonic()
        visitor.dial("t1")
        visitor.wait_for("CALL_RINGING")
        answered = visitor.wait_for("CALL_ESTABLISHED")
        assert 3.5 <= answered.at - start <= 6
        visitor.wait_for("CALL_RTPESTAB")
        visitor.hang_up()
        process.send_signal(signal.SIGTERM)
        assert process.wait(6) == 0
        eventually(lambda: set(server.registered) == {"visitor"})


def test_a_dead_phone_is_started_again(server: SmallServer, tmp_path: Path) -> None:
    with demo_phones(server, tmp_path) as process:
        eventually(lambda: both_are_registered(server))
        victim = children(process.pid)[0]
        before = server.registrations
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: len(children(process.pid)) == 2 and victim not in children(process.pid))
        eventually(lambda: server.registrations > before)


def test_phones_come_back_when_the_server_does(server: SmallServer, tmp_path: Path) -> None:
    server.register_answer = "503 Service Unavailable"
    with demo_phones(server, tmp_path):
        eventually(lambda: server.registrations >= 2)
        server.register_answer = "200 OK"
        eventually(lambda: both_are_registered(server), timeout_s=8)


def test_gives_way_to_a_visitors_phone_and_comes_back(server: SmallServer, tmp_path: Path) -> None:
    with demo_phones(server, tmp_path) as process:
        eventually(lambda: both_are_registered(server))
        own = server.registered["t1"]
        with Phone(
            Account("t1", "kaisha.example", "Secret-Of-t1"), server.address, tmp_path / "v"
        ) as visitor:
            visitor.register()
            visitor.wait_for("REGISTER_OK")
            eventually(lambda: len(children(process.pid)) == 1)
            visitors = server.registered["t1"]
            time.sleep(CHECK_EVERY_S + 1)
            assert server.registered["t1"] == visitors != own
        eventually(lambda: server.registered.get("t1") not in (None, visitors))
        assert both_are_registered(server)


def test_a_refused_phone_waits_before_it_asks_again(server: SmallServer, tmp_path: Path) -> None:
    server.register_answer = "403 Forbidden"
    with demo_phones(server, tmp_path):
        eventually(lambda: server.registrations == 2)
        time.sleep(2)
        assert server.registrations == 2


def test_no_phone_outlives_the_part(server: SmallServer, tmp_path: Path) -> None:
    with demo_phones(server, tmp_path) as process:
        eventually(lambda: both_are_registered(server))
        phones = children(process.pid)
        process.kill()
        process.wait()
        eventually(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in phones), timeout_s=3)


@pytest.mark.parametrize("missing", ["NAISEN_DATA", "NAISEN_SIP"])
def test_a_missing_setting_gives_one_line(missing: str, tmp_path: Path) -> None:
    environment = {"NAISEN_DATA": str(write_demo_file(tmp_path)), "NAISEN_SIP": "127.0.0.1:5060"}
    environment.pop(missing)
    done = subprocess.run(
        [sys.executable, "-m", "naisen.phones.demo"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"demo phones: {missing} is not set\n")
