"""A real baresip under the driver, against the small server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from naisen.phones.account import Account
from naisen.phones.baresip import PhoneError
from naisen.phones.phone import Phone
from tests.phones.small_server import SmallServer

TANAKA = Account("tanaka-desk", "kaisha.example", "Secret-Of-Tanaka-0001")
SUZUKI = Account("suzuki-desk", "kaisha.example", "Secret-Of-Suzuki-0002")


@pytest.fixture
def tanaka(server: SmallServer, tmp_path: Path) -> Iterator[Phone]:
    with Phone(TANAKA, server.address, tmp_path / "tanaka") as phone:
        yield phone


def test_registers_and_logs_out(server: SmallServer, tanaka: Phone) -> None:
    tanaka.register()
    assert tanaka.wait_for("REGISTER_OK").detail == "200 OK"
    assert server.agents["tanaka-desk"].startswith("baresip")
    tanaka.stop()
    assert server.registered == {}
    assert tanaka.pid is None


def test_a_refused_registration_tells_the_code(server: SmallServer, tanaka: Phone) -> None:
    server.register_answer = "403 Forbidden"
    tanaka.register()
    assert tanaka.wait_for("REGISTER_FAIL").detail == "403 Forbidden"


def test_registers_again_at_once_when_told(server: SmallServer, tanaka: Phone) -> None:
    server.register_answer = "503 Service Unavailable"
    tanaka.register()
    tanaka.wait_for("REGISTER_FAIL")
    server.register_answer = "200 OK"
    tanaka.register_again()
    tanaka.wait_for("REGISTER_OK", timeout_s=3)


def test_the_password_is_in_no_file(server: SmallServer, tanaka: Phone, tmp_path: Path) -> None:
    tanaka.register()
    tanaka.wait_for("REGISTER_OK")
    tanaka.stop()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"config", "baresip.log"}
    assert not [path for path in written if TANAKA.password.encode() in path.read_bytes()]


def test_calls_and_is_called(server: SmallServer, tanaka: Phone, tmp_path: Path) -> None:
    with Phone(SUZUKI, server.address, tmp_path / "suzuki") as suzuki:
        for phone in (tanaka, suzuki):
            phone.register()
            phone.wait_for("REGISTER_OK")
        tanaka.dial("suzuki-desk")
        assert "tanaka-desk" in suzuki.wait_for("CALL_INCOMING").peer
        tanaka.wait_for("CALL_RINGING")
        suzuki.answer()
        tanaka.wait_for("CALL_ESTABLISHED")
        suzuki.hang_up()
        tanaka.wait_for("CALL_CLOSED")


def test_a_declined_call_tells_the_code(server: SmallServer, tanaka: Phone, tmp_path: Path) -> None:
    with Phone(SUZUKI, server.address, tmp_path / "suzuki") as suzuki:
        for phone in (tanaka, suzuki):
            phone.register()
            phone.wait_for("REGISTER_OK")
        tanaka.dial("suzuki-desk")
        suzuki.wait_for("CALL_INCOMING")
        suzuki.hang_up()
        assert tanaka.wait_for("CALL_CLOSED").detail.startswith(("486", "603"))


def test_an_unplugged_phone_says_that_it_is_gone(tanaka: Phone) -> None:
    tanaka.kill()
    tanaka.wait_for("GONE", timeout_s=2)
    with pytest.raises(PhoneError, match="does not run"):
        tanaka.dial("1000")


def test_waiting_has_an_end(tanaka: Phone) -> None:
    with pytest.raises(PhoneError, match="no CALL_INCOMING within"):
        tanaka.wait_for("CALL_INCOMING", timeout_s=0.1)


def test_a_phone_that_cannot_start_says_where_to_look(server: SmallServer, tmp_path: Path) -> None:
    folder = tmp_path / "tanaka"
    phone = Phone(TANAKA, server.address, folder)
    (folder / "recordings").mkdir(parents=True)
    (folder / "config").mkdir()
    with pytest.raises((PhoneError, OSError)):
        phone.start()
    phone.stop()
