"""The call test with real phones: a good call, and every way in which it can fail."""

import json
import threading
from pathlib import Path

import pytest

from naisen.phones import call_test as module
from naisen.phones.call_test import CallTestError, call_test, main
from naisen.phones.credentials import devices_for_call, read_demo_devices
from tests.phones.demo_file import write_demo_file
from tests.phones.small_server import SmallServer


def place_call(server: SmallServer, folder: Path) -> module.CallReport:
    """田中's second device calls 鈴木's, whose number is 2000."""
    server.aliases["2000"] = "s1"
    caller, callee = devices_for_call("1000", "2000", read_demo_devices(write_demo_file(folder)))
    return call_test(caller, callee, server.address, folder, talk_s=1.0)


def test_a_good_call_is_measured_at_both_ends(server: SmallServer, tmp_path: Path) -> None:
    report = place_call(server, tmp_path)
    assert (report.caller.login, report.callee.login) == ("t2", "s1")
    assert report.caller.heard.tone_hz == module.CALLEE_TONE_HZ
    assert report.callee.heard.tone_hz == module.CALLER_TONE_HZ
    assert min(report.caller.heard.tone_ms, report.callee.heard.tone_ms) >= 500
    for measured in (report.ringing_ms, report.answered_ms, report.hang_up_seen_ms):
        assert 0 <= measured < 2000
    assert "The call test passed." in report.text()


def test_both_phones_have_logged_out_afterwards(server: SmallServer, tmp_path: Path) -> None:
    place_call(server, tmp_path)
    assert server.registered == {}


def test_lost_audio_is_noticed(server: SmallServer, tmp_path: Path) -> None:
    server.audio_lost = True
    with pytest.raises(CallTestError, match="no audio: 1000 heard the other's tone for 0 of 1000 ms"):
        place_call(server, tmp_path)


def test_a_refused_call_tells_the_code(server: SmallServer, tmp_path: Path) -> None:
    server.refusals["2000"] = "480 Temporarily Unavailable"
    with pytest.raises(CallTestError, match="the call to 2000 was refused: 480 Temporarily Unavailable"):
        place_call(server, tmp_path)


def test_a_refused_registration_tells_the_code(server: SmallServer, tmp_path: Path) -> None:
    server.register_answer = "403 Forbidden"
    with pytest.raises(CallTestError, match="t2 is not registered: 403 Forbidden"):
        place_call(server, tmp_path)


def test_a_server_that_is_away_is_named(
    server: SmallServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.away = True
    monkeypatch.setattr(module, "REGISTER_TIMEOUT_S", 0.5)
    with pytest.raises(CallTestError, match=f"{server.address} does not answer"):
        place_call(server, tmp_path)


def test_the_command_reports_as_json(
    server: SmallServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.aliases["2000"] = "s1"
    write_demo_file(tmp_path)
    assert main(["1000", "2000", "--data", str(tmp_path), "--sip", str(server.address), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is True
    assert report["callee"]["heard"]["tone_ms"] > 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["1000", "9999"], "extension 9999 has no device"),
        (["1000", "2000", "--sip", "nonsense"], "a SIP address is written host:port"),
        (["1000", "2000", "--data", "/nonexistent"], "cannot read /nonexistent/demo.json"),
    ],
)
def test_the_command_fails_with_one_readable_line(
    arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_demo_file(tmp_path)
    assert main(["--data", str(tmp_path), "--sip", "127.0.0.1:9", *arguments]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert why in lines[0]


def test_no_phone_thread_is_left_behind(server: SmallServer, tmp_path: Path) -> None:
    before = threading.active_count()
    place_call(server, tmp_path)
    assert threading.active_count() <= before + 1
