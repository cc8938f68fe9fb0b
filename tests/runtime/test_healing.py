"""kill -9 of each part, and of the supervisor: healed in two seconds, and no stray process."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from naisen.runtime import processes, state
from naisen.runtime.testing import RunningInstance

HEALED_WITHIN_S = 2.0
PARTS = ("postgresql", "rtpengine", "edge", "portal", "worker", "haproxy", "carrier-links", "demo-phones")


@pytest.fixture(scope="module")
def running() -> Iterator[RunningInstance]:
    """An instance that may be hurt; in a folder so deep that unix sockets have to be reached by a short link."""
    base = Path(tempfile.mkdtemp(prefix="naisen-deep-"))
    base.chmod(0o755)
    with RunningInstance(data=base / ("a" * 60) / ("b" * 60)) as running:
        yield running
    shutil.rmtree(base)


def processes_of(running: RunningInstance) -> list[int]:
    """Return every process that belongs to the instance, its supervisor not among them."""
    data = str(running.data.resolve())
    return [
        seen.pid
        for seen in processes.everything()
        if processes.environment_of(seen.pid).get("NAISEN_DATA") == data
        or (processes.working_folder(seen.pid) or running.data).is_relative_to(running.data / "postgresql")
    ]


def wait_for(what: Callable[[], bool], within_s: float) -> float:
    """Return the seconds until it is true; fails when that takes too long."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < within_s, "it takes too long"
        time.sleep(0.02)
    return time.monotonic() - began


def allowed_s() -> float:
    """Two seconds, where a core is free; longer by as much as more processes wait for one than there are."""
    return HEALED_WITHIN_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def is_healed(running: RunningInstance, name: str, old_pid: int) -> bool:
    now = state.read(running.data / "run" / "state.json")
    assert now is not None
    part = next(part for part in now.parts if part.name == name)
    return part.state == state.READY and part.pid != old_pid


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_is_back_in_two_seconds(running: RunningInstance, name: str) -> None:
    old = running.part(name)["pid"]
    family = processes.family(old, {"NAISEN_PART": name, "NAISEN_DATA": str(running.data.resolve())})
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: is_healed(running, name, old), allowed_s())
    stray = [pid for pid in family if processes.look(pid)]
    assert stray == [], "the old part's children live on"


def test_a_killed_worker_of_kamailio_is_healed_too(running: RunningInstance) -> None:
    old = running.part("edge")["pid"]
    child = next(pid for pid in processes.family(old, {}) if pid != old)
    os.kill(child, signal.SIGKILL)
    wait_for(lambda: is_healed(running, "edge", old), allowed_s())


def test_after_all_that_everything_is_ready_and_calls_go_through(running: RunningInstance) -> None:
    wait_for(lambda: bool(running.status()["ready"]), 10)
    called = running.run("call-test", "1000", "2000")
    assert called.returncode == 0, called.stdout + called.stderr


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next_start(running: RunningInstance) -> None:
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    assert running.status()["ready"] is False
    took_s = running.start()
    assert took_s < 10
    assert running.status()["ready"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_polite_signal_leaves_no_process_behind(running: RunningInstance, number: signal.Signals) -> None:
    assert running.process is not None
    if running.process.poll() is not None:
        running.start()
    assert len(processes_of(running)) > len(PARTS)
    assert running.stop(number) == 0
    assert processes_of(running) == []
    assert running.status() == running.status() | {"ready": False}
    assert {part["state"] for part in running.status()["parts"]} == {"stopped"}


def test_a_second_ctrl_c_hurries(running: RunningInstance) -> None:
    running.start()
    assert running.process is not None
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    assert running.stop() == 0
    assert processes_of(running) == []


def test_ctrl_c_in_the_middle_of_the_start_leaves_nothing(running: RunningInstance) -> None:
    running.launch()
    time.sleep(0.7)
    assert running.stop() == 0
    assert processes_of(running) == []


def test_the_deep_folder_itself_holds_everything_but_the_link(running: RunningInstance) -> None:
    assert (running.data / "run" / "kamailio.cfg").exists()
    assert len(str(running.data / "run" / ".s.PGSQL.5432")) > 107
    links = [path for path in Path(tempfile.gettempdir()).glob("naisen-*") if path.is_symlink()]
    assert running.data / "run" not in [link.resolve() for link in links]


def test_a_start_with_everything_there_is_a_matter_of_seconds(running: RunningInstance) -> None:
    """5 s on a quiet machine, as tests/fresh_machine holds it; here other tests run beside."""
    assert running.start() < 15.0
