"""Which folder holds the data, who owns it, and who may not."""

import os
from pathlib import Path

import pytest

from naisen.cli import choice
from naisen.ports import free_port
from naisen.runtime import identity
from naisen.runtime.address import Address
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance
from naisen.runtime.relay_ports import take_relay_ports
from naisen.runtime.secret_files import Secrets

NOBODY = 65_534
ROOT_ONLY = pytest.mark.skipif(not identity.is_root(), reason="hands folders over, which only root can")


def test_a_folder_under_a_private_one_cannot_be_entered(tmp_path: Path) -> None:
    private = tmp_path / "private"
    (private / "clone").mkdir(parents=True)
    tmp_path.chmod(0o755)
    private.chmod(0o700)
    assert not choice.is_enterable(private / "clone", NOBODY)
    assert not choice.is_enterable(private / "clone" / "not-yet-there", NOBODY)
    assert choice.is_enterable(Path("/usr/share"), NOBODY)


@ROOT_ONLY
def test_root_gets_a_folder_that_the_service_user_can_enter_the_same_every_time(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    chosen = choice.hand_over(tmp_path / "var")
    try:
        assert chosen.parent == Path(identity.SERVICE_HOME)
        assert chosen.stat().st_uid == identity.ensure_service_user().pw_uid
        assert choice.hand_over(tmp_path / "var") == chosen
    finally:
        chosen.rmdir()


@ROOT_ONLY
def test_root_does_not_hand_over_a_folder_of_other_things(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="holds other files"):
        choice.hand_over(Path("/usr/share"))
    assert Path("/usr/share").stat().st_uid == 0


@ROOT_ONLY
def test_root_does_not_take_another_users_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = Path("/tmp") / f"naisen-others-{os.getpid()}"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    try:
        with pytest.raises(StartError, match="belongs to another user"):
            choice.hand_over(folder)
    finally:
        folder.rmdir()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first = Secrets.of(tmp_path)
    assert Secrets.of(tmp_path) == first
    assert first.roles.portal != first.roles.edge
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("lost", ["credential-key", "database-administrator"])
def test_a_lost_secret_is_not_made_anew_beside_data_that_needs_the_old_one(tmp_path: Path, lost: str) -> None:
    Secrets.of(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(StartError, match=f"{lost} is missing.*backup"):
        Secrets.of(tmp_path, has_data=True)
    assert not (tmp_path / lost).exists()


def test_a_lock_keeps_a_second_instance_out(tmp_path: Path) -> None:
    one = Instance(tmp_path / "data", Address("127.0.0.1", 8080), Address("127.0.0.1", 5060))
    one.make_folders()
    with one.lock():
        while_held = one.is_locked
        with pytest.raises(StartError, match="already runs on the data folder"), one.lock():
            pytest.fail("two at once")
    assert (while_held, one.is_locked) == (True, False)


def test_two_ranges_of_audio_ports_do_not_meet() -> None:
    first, second = take_relay_ports("127.0.0.1"), take_relay_ports("127.0.0.1")
    try:
        assert not set(range(first.low, first.high + 1)) & set(range(second.low, second.high + 1))
    finally:
        first.release()
        second.release()


@pytest.mark.parametrize("text", ["", "5060", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "host name:1"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(StartError, match="--sip"):
        Address.parse(text, "--sip")


def test_an_address_reads_as_it_was_written() -> None:
    port = free_port()
    assert str(Address.parse(f"127.0.0.1:{port}", "--http")) == f"127.0.0.1:{port}"
