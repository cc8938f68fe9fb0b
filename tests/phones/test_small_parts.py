"""The parts of the phone driver that need no phone."""

import math
import struct
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.phones.account import Account, ServerAddress
from naisen.phones.baresip_config import PhoneSettings, account_line, render_config
from naisen.phones.control import Decoder, ProtocolError, encode
from naisen.phones.credentials import CredentialsError, devices_for_call, read_demo_devices
from naisen.phones.tone import listen
from tests.phones.demo_file import write_demo_file

# --- the control protocol ---


@given(
    st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=3), max_size=5),
    st.integers(1, 7),
)
def test_messages_survive_any_cutting_of_the_stream(messages: list[dict[str, str]], cut: int) -> None:
    stream = b"".join(encode(message) for message in messages)
    decoder = Decoder()
    pieces = [stream[start : start + cut] for start in range(0, len(stream), cut)]
    assert [message for piece in pieces for message in decoder.feed(piece)] == messages


@pytest.mark.parametrize("garbage", [b"HTTP/1.1 200 OK: ", b"3:abcX", b"123456789"])
def test_what_is_no_netstring_is_refused(garbage: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Decoder().feed(garbage))


# --- tones ---


def record(path: Path, tone_hz: float, loudness: float, seconds: float = 1.0) -> Path:
    """A recording as baresip makes them: 8,000 Hz, 16 bit, mono."""
    samples = [
        round(loudness * math.sin(2 * math.pi * tone_hz * index / 8000))
        for index in range(int(8000 * seconds))
    ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def test_the_right_tone_is_heard_and_no_other(tmp_path: Path) -> None:
    recording = record(tmp_path / "a.wav", 800, 8000)
    assert listen(recording, 800).tone_ms == 1000
    assert listen(recording, 500).tone_ms == 0
    assert listen(recording, 800).length_ms == 1000


def test_silence_is_no_tone(tmp_path: Path) -> None:
    assert listen(record(tmp_path / "a.wav", 800, 100), 800).tone_ms == 0


def test_an_empty_recording_holds_nothing(tmp_path: Path) -> None:
    assert listen(record(tmp_path / "a.wav", 800, 8000, seconds=0), 800).tone_ms == 0


# --- accounts and configuration ---


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:5060", ServerAddress("127.0.0.1", 5060)),
        ("0.0.0.0:5070", ServerAddress("127.0.0.1", 5070)),
        ("pbx.example:5060", ServerAddress("pbx.example", 5060)),
    ],
)
def test_server_addresses(text: str, address: ServerAddress) -> None:
    assert ServerAddress.parse(text) == address


@pytest.mark.parametrize("text", ["", "5060", "host:", ":5060", "host:sip"])
def test_what_is_no_server_address(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        ServerAddress.parse(text)


@pytest.mark.parametrize("password", ["", "a;regint=0", 'a"', "a b", "a>b"])
def test_a_password_that_would_break_the_account_line_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        Account("login", "example", password)


def test_the_password_stays_out_of_messages() -> None:
    assert "hidden-one" not in repr(Account("login", "example", "hidden-one"))


def test_the_account_goes_through_the_server() -> None:
    line = account_line(Account("a", "kaisha.example", "pw"), ServerAddress("127.0.0.1", 5070), 90)
    assert line.startswith("<sip:a@kaisha.example;transport=udp>;auth_pass=pw;regint=90;")
    assert 'outbound="sip:127.0.0.1:5070;transport=udp"' in line


def test_a_phone_that_records_nothing_does_not_load_the_recorder() -> None:
    settings = PhoneSettings("127.0.0.1", 5080, 5082, 440)
    assert "sndfile" not in render_config(settings, Path("/modules"))
    recording = PhoneSettings("127.0.0.1", 5080, 5082, 440, recordings=Path("/r"))
    assert "snd_path /r\n" in render_config(recording, Path("/modules"))


# --- the demo's credentials ---


def test_both_ends_are_in_one_circle_and_built_in_phones_come_last(tmp_path: Path) -> None:
    caller, callee = devices_for_call("1000", "2000", read_demo_devices(write_demo_file(tmp_path)))
    assert (caller.account.login, callee.account.login) == ("t2", "s1")


@pytest.mark.parametrize(
    ("caller", "callee", "why"),
    [
        ("1000", "3000", "extension 3000 has no device"),
        ("9", "1000", "extension 9 has no device"),
        ("2000", "5000", "2000 and 5000 do not belong to the same circle"),
    ],
)
def test_a_call_that_cannot_be_is_explained(caller: str, callee: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=why):
        devices_for_call(caller, callee, read_demo_devices(write_demo_file(tmp_path)))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="start the demo first"):
        read_demo_devices(tmp_path)


def test_a_strange_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("[]")
    with pytest.raises(CredentialsError, match="not the demo's credentials file"):
        read_demo_devices(tmp_path)


def test_a_phone_on_tls_speaks_srtp() -> None:
    line = account_line(Account("a", "kaisha.example", "pw"), ServerAddress("127.0.0.1", 5061, "tls"), 90)
    assert 'outbound="sip:127.0.0.1:5061;transport=tls"' in line
    assert line.endswith(";mediaenc=srtp-mand")
    settings = PhoneSettings("127.0.0.1", 5080, 5082, 440, secured=True)
    assert "module srtp.so" in render_config(settings, Path("/modules"))
