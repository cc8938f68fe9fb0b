"""Phones in a real browser (JsSIP in Chromium: WSS, ICE, DTLS-SRTP) and phones with plain RTP or SDES (C-01)."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from naisen.phones.phone import Phone
from naisen.phones.tone import listen
from tests.calls.edge_server import EdgeServer
from tests.calls.test_real_phones import device
from tests.calls.test_srtp import server_of
from tests.calls.waiting import wait_for

BROWSER = Path(__file__).parent / "browser"
FLAGS = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
BROWSERS_TONE_HZ, OTHERS_TONE_HZ = 800, 500
TALK_S = 1.5


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell", args=list(FLAGS)
        )
        yield browser
        browser.close()


class BrowserPhone:
    """The phone on a page of the portal's own origin."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tell(self, call: str, argument: Any = None) -> Any:
        """Have the page do something, and return what comes of it."""
        return self.page.evaluate(
            f"(argument) => {{ const done = phone.{call}(argument); return null; }}", argument
        )

    def events(self) -> list[str]:
        """What has happened so far."""
        return list(self.page.evaluate("phone.events"))

    def expect(self, event: str, timeout_s: float = 10) -> None:
        """Wait for it."""
        wait_for(lambda: event in self.events(), timeout_s, lambda: str(self.events()))

    def hears(self, tone_hz: int) -> None:
        """Wait until that tone arrives."""
        wait_for(
            lambda: abs(self.page.evaluate("phone.heard()") - tone_hz) < 20,
            8,
            lambda: f"heard {self.page.evaluate('phone.heard()')} Hz",
        )


def open_phone(chromium: Browser, edge: EdgeServer, login: str, password: str = "") -> BrowserPhone:
    origin = f"https://{edge.front.https}"
    page = chromium.new_context(ignore_https_errors=True).new_page()
    # The portal does not run here: the page of the error is one of its origin all the same.
    page.goto(f"{origin}/phone")
    for script in ("jssip.min.js", "phone.js"):
        page.add_script_tag(content=(BROWSER / script).read_text())
    row = edge.devices[login]
    settings = {
        "uri": f"sip:{login}@{row['domain']}",
        "password": password or row["password"],
        "server": edge.front.wss,
        "tone": BROWSERS_TONE_HZ,
    }
    phone = BrowserPhone(page)
    phone.tell("start", settings)
    return phone


def heard(phone: Phone) -> int:
    """ms of the browser's tone in the other phone's last recording."""
    return listen(phone.recordings()[-1], BROWSERS_TONE_HZ).tone_ms


@pytest.mark.parametrize("transport", ["udp", "tls"])
def test_a_browser_calls_a_phone(edge: EdgeServer, chromium: Browser, tmp_path: Path, transport: str) -> None:
    browser = open_phone(chromium, edge, "kmy00001")
    browser.expect("registered")
    server = server_of(edge, transport)
    with Phone(device(edge, "kmy00002").account, server, tmp_path, tone_hz=OTHERS_TONE_HZ) as phone:
        phone.register()
        phone.wait_for("REGISTER_OK")
        browser.tell("call", f"sip:2000@{edge.devices['kmy00001']['domain']}")
        phone.wait_for("CALL_INCOMING")
        phone.answer()
        browser.expect("confirmed")
        browser.hears(OTHERS_TONE_HZ)
        time.sleep(TALK_S)
        phone.hang_up()
        browser.expect("ended: Terminated")
        assert heard(phone) > 1000
    browser.page.close()


@pytest.mark.parametrize("transport", ["udp", "tls"])
def test_a_phone_calls_a_browser(edge: EdgeServer, chromium: Browser, tmp_path: Path, transport: str) -> None:
    browser = open_phone(chromium, edge, "kmy00002")
    browser.expect("registered")
    server = server_of(edge, transport)
    with Phone(device(edge, "kmy00001").account, server, tmp_path, tone_hz=OTHERS_TONE_HZ) as phone:
        phone.register()
        phone.wait_for("REGISTER_OK")
        phone.dial("2000")
        browser.expect("incoming")
        browser.tell("answer")
        phone.wait_for("CALL_ESTABLISHED")
        browser.hears(OTHERS_TONE_HZ)
        time.sleep(TALK_S)
        browser.page.evaluate("phone.session.terminate()")
        phone.wait_for("CALL_CLOSED")
        assert heard(phone) > 1000
    browser.page.close()


@pytest.mark.parametrize("answerer", ["browser", "tls phone"])
def test_a_group_of_mixed_phones_is_offered_what_each_speaks(
    edge: EdgeServer, chromium: Browser, tmp_path: Path, answerer: str
) -> None:
    """営業部 (100): a browser and a phone on TLS; a phone with plain RTP calls."""
    browser = open_phone(chromium, edge, "kmy00001")
    browser.expect("registered")
    with (
        Phone(device(edge, "kmy00002").account, server_of(edge, "tls"), tmp_path / "a", tone_hz=650) as other,
        Phone(
            device(edge, "kmy00003").account, server_of(edge, "udp"), tmp_path / "b", tone_hz=500
        ) as caller,
    ):
        for phone in (other, caller):
            phone.register()
            phone.wait_for("REGISTER_OK")
        caller.dial("100")
        browser.expect("incoming")
        other.wait_for("CALL_INCOMING")
        if answerer == "browser":
            browser.tell("answer")
            other.wait_for("CALL_CLOSED")
            browser.hears(OTHERS_TONE_HZ)
        else:
            other.answer()
            browser.expect("failed: Canceled")
        caller.wait_for("CALL_ESTABLISHED")
        time.sleep(TALK_S)
        caller.hang_up()
        time.sleep(0.3)
        tone_hz = BROWSERS_TONE_HZ if answerer == "browser" else 650
        assert listen(caller.recordings()[-1], tone_hz).tone_ms > 1000
    browser.page.close()


@pytest.mark.parametrize("picker", ["browser", "tls phone"])
def test_a_call_with_plain_sound_is_picked_up_by_a_phone_without(
    edge: EdgeServer, chromium: Browser, tmp_path: Path, picker: str
) -> None:
    """C-05 with C-01: 田中 calls 鈴木 by plain RTP; 佐藤 picks up with `**2000`, and both hear each other."""
    browser = open_phone(chromium, edge, "kmy00003") if picker == "browser" else None
    with contextlib.ExitStack() as stack:
        caller, callee, *others = (
            stack.enter_context(
                Phone(device(edge, login).account, server_of(edge, transport), tmp_path / login, tone_hz=hz)
            )
            for login, transport, hz in (
                ("kmy00001", "udp", OTHERS_TONE_HZ),
                ("kmy00002", "udp", 650),
                *([] if browser else [("kmy00003", "tls", BROWSERS_TONE_HZ)]),
            )
        )
        for phone in (caller, callee, *others):
            phone.register()
            phone.wait_for("REGISTER_OK")
        if browser:
            browser.expect("registered")
        caller.dial("2000")
        callee.wait_for("CALL_INCOMING")
        if browser:
            browser.tell("call", f"sip:**2000@{edge.devices['kmy00003']['domain']}")
            browser.expect("incoming")
            browser.tell("answer")
            browser.hears(OTHERS_TONE_HZ)
        else:
            others[0].dial("**2000")
            others[0].wait_for("CALL_INCOMING")
            others[0].answer()
        caller.wait_for("CALL_ESTABLISHED")
        callee.wait_for("CALL_CLOSED")
        time.sleep(TALK_S)
        caller.hang_up()
        time.sleep(0.3)
        assert heard(caller) > 1000
        assert all(listen(phone.recordings()[-1], OTHERS_TONE_HZ).tone_ms > 1000 for phone in others)
    if browser:
        browser.page.close()


def test_hold_and_back_again(edge: EdgeServer, chromium: Browser) -> None:
    """Re-INVITEs from DTLS-SRTP to plain RTP: what the phone is offered, and that sound arrives again."""
    browser = open_phone(chromium, edge, "kmy00001")
    browser.expect("registered")
    with edge.phone("kmy00002") as phone, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        port = ear.getsockname()[1]
        assert phone.register().status == 200
        browser.tell("call", f"sip:2000@{phone.domain}")
        call = phone.expect_call()
        assert "RTP/AVP " in call.invite.body
        call.accept(port)
        call.expect_ack()
        browser.expect("confirmed")
        assert packets_in(ear, 1.0) > 25
        for step, direction in (("hold", "sendonly"), ("unhold", "sendrecv")):
            browser.page.evaluate(f"void phone.session.{step}()")
            again = phone.expect_request("INVITE")
            assert f"a={direction}" in again.body
            assert "RTP/AVP " in again.body
            assert not re.search("crypto|fingerprint|candidate|rtcp-mux", again.body)
            call.reply(200, request=again, body=phone.sdp(port).replace("sendrecv", ANSWERS[direction]))
            phone.expect_request("ACK")
            browser.expect(step)
        assert packets_in(ear, 1.0) > 25
        bye = call.within("BYE")
        assert phone.ask(bye).status == 200
        browser.expect("ended: Terminated")
    browser.page.close()


ANSWERS = {"sendonly": "recvonly", "sendrecv": "sendrecv"}


def packets_in(ear: socket.socket, seconds: float) -> int:
    """How many packets arrive from now on in that time."""
    ear.settimeout(0.05)
    count, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            ear.recv(2048)
            count += 1
    return count


def test_a_wrong_password_in_a_browser_is_noted(edge: EdgeServer, chromium: Browser) -> None:
    browser = open_phone(chromium, edge, "kmy00001", password="wrong")
    browser.expect("refused: Authentication Error")
    (failure,) = edge.sql("SELECT reason, terminal FROM registrations_failure")
    assert failure["reason"] == "wrong_password"
    assert "JsSIP" in failure["terminal"]
    browser.page.close()
