"""What keeps Naisen from starting is one readable line that says what to do, and no process is left."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from naisen.runtime import identity, processes
from naisen.runtime.errors import StartError
from naisen.runtime.parts import edge
from naisen.runtime.testing import RunningInstance
from naisen.runtime.testing.instance import outside_environment

ROOT_ONLY = pytest.mark.skipif(not identity.is_root(), reason="mounts a small disk, which only root may")


@pytest.fixture
def idle() -> Iterator[RunningInstance]:
    """An instance with ports and a folder, not started."""
    idle = RunningInstance()
    yield idle
    idle.remove()


def refusal(idle: RunningInstance, environment: Mapping[str, str] | None = None) -> str:
    """Start it; return the one line that it ends with."""
    idle.launch(environment)
    assert idle.process is not None
    assert idle.process.wait(60) == 1
    *_, line = idle.output.strip().splitlines()
    assert line.startswith("naisen: ")
    assert "Traceback" not in idle.output
    return line


def test_a_port_of_browsers_in_use(idle: RunningInstance) -> None:
    host, port = idle.http_address.split(":")
    with socket.create_server((host, int(port))):
        line = refusal(idle)
    assert f"port {port} (TCP)" in line
    assert "--http" in line


def test_a_port_of_phones_in_use(idle: RunningInstance) -> None:
    host, port = idle.sip.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((host, int(port)))
        line = refusal(idle)
    assert f"port {port} (UDP)" in line
    assert "--sip" in line


def test_an_address_of_another_machine(idle: RunningInstance) -> None:
    idle.sip = "192.0.2.1:5060"
    assert "192.0.2.1 is no address of this machine" in refusal(idle)


def test_an_address_that_is_none(idle: RunningInstance) -> None:
    idle.sip = "5060"
    assert "--sip takes HOST:PORT" in refusal(idle)


def test_a_folder_with_other_files(idle: RunningInstance) -> None:
    (idle.data / "letter.txt").write_text("dear")
    assert "holds other files (letter.txt)" in refusal(idle)
    assert [path.name for path in idle.data.iterdir()] == ["letter.txt"]


def test_a_file_in_place_of_the_folder(idle: RunningInstance) -> None:
    idle.data.rmdir()
    idle.data.write_text("no folder")
    assert "--data DIR" in refusal(idle)
    idle.data.unlink()


def test_a_wrong_database_url(idle: RunningInstance) -> None:
    line = refusal(idle, environment={"DATABASE_URL": "postgresql://naisen:very-secret@127.0.0.1:1/naisen"})
    assert "cannot connect to the database" in line
    assert "DATABASE_URL" in line
    assert "very-secret" not in idle.output


@ROOT_ONLY
def test_a_disk_that_is_too_small() -> None:
    with small_disk("32m") as folder:
        full = RunningInstance(data=folder / "data")
        line = refusal(full)
    assert "MB free" in line
    assert "--data DIR" in line


@ROOT_ONLY
def test_a_disk_that_is_full() -> None:
    with small_disk("32m") as folder:
        (folder / "data" / "secrets").mkdir(parents=True)
        (folder / "data").chmod(0o777)
        with pytest.raises(OSError, match="No space"):
            (folder / "filler").write_bytes(b"x" * 64 * 2**20)
        line = refusal(RunningInstance(data=folder / "data"))
    assert "No space left on device" in line


class small_disk:  # noqa: N801 - reads as a verb in «with»
    """A disk of that size, mounted on a new folder."""

    def __init__(self, size: str) -> None:
        self._size = size
        self._folder = Path(tempfile.mkdtemp(prefix="naisen-disk-"))

    def __enter__(self) -> Path:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self._size},mode=755", "tmpfs", self._folder], check=True
        )
        return self._folder

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", self._folder], check=True)
        self._folder.rmdir()


def test_a_configuration_that_kamailio_does_not_take(tmp_path: Path) -> None:
    broken = tmp_path / "kamailio.cfg"
    broken.write_text('loadmodule "no_such_module.so"\nrequest_route { exit; }\n')
    with pytest.raises(StartError) as refused:
        edge.check(broken, os.environ)
    assert "no_such_module" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_part_that_cannot_start_is_reported_and_nothing_is_left(
    idle: RunningInstance, tmp_path: Path
) -> None:
    """rtpengine is replaced by a program that complains and ends."""
    tmp_path.parent.parent.chmod(0o755)
    programs = Path(tempfile.mkdtemp(prefix="naisen-programs-"))
    programs.chmod(0o755)
    (programs / "rtpengine").write_text("#!/bin/sh\necho 'FATAL: no memory today' >&2\nexit 3\n")
    (programs / "rtpengine").chmod(0o755)
    line = refusal(idle, environment={"PATH": f"{programs}:{os.environ['PATH']}"})
    assert "rtpengine does not start" in line
    assert "no memory today" in line
    data = str(idle.data.resolve())
    assert not [
        seen.pid
        for seen in processes.everything()
        if processes.environment_of(seen.pid).get("NAISEN_DATA") == data
    ]


def test_commands_that_need_a_running_instance_say_so(idle: RunningInstance) -> None:
    idle.data.rmdir()
    for words, said in (
        (("call-test", "1000", "2000"), "does not run on this data folder"),
        (("manage", "shell"), "does not run on this data folder"),
        (("credentials", "--json"), "no demo was started"),
        (("logs",), "there are no logs"),
    ):
        done = idle.run(*words)
        assert done.returncode != 0
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_status_works_where_nothing_was_ever_started(idle: RunningInstance) -> None:
    idle.data.rmdir()
    assert idle.status()["ready"] is False
    assert not idle.data.exists()
    assert idle.run("status").returncode == 3


def test_outside_environment_hides_the_tests_own_database() -> None:
    assert not [name for name in outside_environment() if name.startswith("NAISEN_")]
