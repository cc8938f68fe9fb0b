"""Several instances on one machine, and one data folder for one instance only."""

from collections.abc import Iterator

import pytest

from naisen.runtime import processes
from naisen.runtime.testing import RunningInstance


@pytest.fixture(scope="module")
def other() -> Iterator[RunningInstance]:
    """A second instance, for real use rather than for show."""
    with RunningInstance(command="up") as other:
        yield other


def relay_ports(running: RunningInstance) -> range:
    command = processes.command_line(running.part("rtpengine")["pid"])
    low, high = (
        int(next(word for word in command if word.startswith(option)).partition("=")[2])
        for option in ("--port-min", "--port-max")
    )
    return range(low, high + 1)


def test_two_instances_are_ready_at_once(instance: RunningInstance, other: RunningInstance) -> None:
    assert instance.status()["ready"]
    assert other.status()["ready"]
    assert [part["name"] for part in other.status()["parts"]] == [
        *("postgresql", "rtpengine", "edge", "portal", "worker", "haproxy", "carrier-links")
    ]


def test_their_audio_ports_do_not_meet(instance: RunningInstance, other: RunningInstance) -> None:
    assert not set(relay_ports(instance)) & set(relay_ports(other))


def test_the_same_data_folder_is_refused(instance: RunningInstance) -> None:
    second = RunningInstance(data=instance.data)
    second.launch()
    assert second.process is not None
    assert second.process.wait(30) == 1
    assert "already runs on the data folder" in second.output
    assert instance.status()["ready"]


def test_secrets_are_for_the_owner_only(other: RunningInstance) -> None:
    secret = [*(other.data / "secrets").iterdir(), other.data / "run" / "kamailio.cfg"]
    assert len(secret) > 5
    assert {path.stat().st_mode & 0o077 for path in secret} == {0}


def test_no_password_stands_on_a_command_line(other: RunningInstance) -> None:
    passwords = {path.read_text().strip() for path in (other.data / "secrets").iterdir()}
    for seen in processes.everything():
        command = " ".join(processes.command_line(seen.pid))
        assert not [password for password in passwords if password in command]


def test_logs_are_shown_by_part(other: RunningInstance) -> None:
    shown = other.run("logs", "postgresql")
    assert "database system is ready to accept connections" in shown.stdout


def test_doctor_finds_a_running_instance_well(other: RunningInstance) -> None:
    examined = other.run("doctor")
    assert examined.returncode == 0, examined.stdout
    assert "✓ edge: ready" in examined.stdout
