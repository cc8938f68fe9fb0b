"""A real call through the running system, measured from both ends: `./naisen call-test 1000 2000`."""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from naisen.phones.account import ServerAddress
from naisen.phones.baresip import PhoneError
from naisen.phones.credentials import (
    CredentialsError,
    DemoDevice,
    devices_for_call,
    read_demo_devices,
)
from naisen.phones.phone import Phone, PhoneEvent
from naisen.phones.tone import Heard, listen

CALLER_TONE_HZ = 500
CALLEE_TONE_HZ = 800
# Within these seconds something must happen, else the test has failed.
REGISTER_TIMEOUT_S = 10.0
RINGING_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 5.0
HANG_UP_TIMEOUT_S = 5.0


class CallTestError(Exception):
    """The call did not do what a call must; the text is one readable line."""


@dataclass(frozen=True)
class End:
    """One end of the call: whose device it was, how fast it registered, what it heard of the other's tone."""

    extension: str
    login: str
    registered_ms: int
    heard: Heard


@dataclass(frozen=True)
class CallReport:
    """What was measured, in ms.

    `ringing_ms` counts from dialling, `answered_ms` from the lifted receiver to the connected caller,
    `hang_up_seen_ms` from the caller's hang-up to the callee's phone.
    """

    caller: End
    callee: End
    ringing_ms: int
    answered_ms: int
    talked_ms: int
    hang_up_seen_ms: int

    def text(self) -> str:
        """The report for a reader."""
        lines = [
            f"{self.caller.extension} called {self.callee.extension}",
            *(f"  {end.extension} registered as {end.login} in {end.registered_ms} ms" for end in self._ends),
            f"  rang after {self.ringing_ms} ms",
            f"  connected {self.answered_ms} ms after the receiver was lifted",
            *(self._heard_line(end) for end in self._ends),
            f"  hang-up seen at {self.callee.extension} after {self.hang_up_seen_ms} ms",
            "The call test passed.",
        ]
        return "\n".join(lines)

    @property
    def _ends(self) -> tuple[End, End]:
        return self.caller, self.callee

    @staticmethod
    def _heard_line(end: End) -> str:
        heard = end.heard
        return (
            f"  {end.extension} heard the other's tone ({heard.tone_hz} Hz) "
            f"for {heard.tone_ms / 1000:.1f} of {heard.length_ms / 1000:.1f} s"
        )


def call_test(
    caller: DemoDevice,
    callee: DemoDevice,
    server: ServerAddress,
    folder: Path,
    *,
    talk_s: float = 3.0,
    callee_server: ServerAddress | None = None,
) -> CallReport:
    """Place one call between two phones made for it in `folder`, and measure it.

    1. Both phones register. 2. The caller dials the callee's extension and waits for ringing.
    3. The callee answers at once, before any other phone of that person would. 4. Both speak a tone of their own
    for `talk_s` seconds. 5. The caller hangs up, the callee must notice. 6. Both recordings must hold the tone.
    `callee_server`: where the callee's phone registers, if elsewhere than the caller's.
    Raises CallTestError (or PhoneError when a phone itself does not work).
    """
    with (
        Phone(caller.account, server, folder / "caller", tone_hz=CALLER_TONE_HZ) as near,
        Phone(callee.account, callee_server or server, folder / "callee", tone_hz=CALLEE_TONE_HZ) as far,
    ):
        near_registered_ms = _register(near, caller)
        far_registered_ms = _register(far, callee)
        ringing_ms = _dial(near, far, callee)
        answered_ms = _answer(near, far, callee)
        time.sleep(talk_s)
        hang_up_seen_ms = _hang_up(near, far, callee)
        heard_near = _heard(near, caller, CALLEE_TONE_HZ, talk_s)
        heard_far = _heard(far, callee, CALLER_TONE_HZ, talk_s)
    return CallReport(
        caller=End(caller.extension or "", caller.account.login, near_registered_ms, heard_near),
        callee=End(callee.extension or "", callee.account.login, far_registered_ms, heard_far),
        ringing_ms=ringing_ms,
        answered_ms=answered_ms,
        talked_ms=round(talk_s * 1000),
        hang_up_seen_ms=hang_up_seen_ms,
    )


def _register(phone: Phone, device: DemoDevice) -> int:
    start = time.monotonic()
    phone.register()
    event = _wait(phone, REGISTER_TIMEOUT_S, "REGISTER_OK", "REGISTER_FAIL")
    if event is None:
        raise CallTestError(f"{phone.server} does not answer: {device.account.login} is not registered")
    if event.kind == "REGISTER_FAIL":
        raise CallTestError(f"{device.account.login} is not registered: {event.detail}")
    return _ms(event.at - start)


def _dial(near: Phone, far: Phone, callee: DemoDevice) -> int:
    start = time.monotonic()
    near.dial(callee.extension or "")
    event = _wait(near, RINGING_TIMEOUT_S, "CALL_RINGING", "CALL_ESTABLISHED", "CALL_CLOSED")
    if event is None:
        raise CallTestError(f"{callee.extension} does not ring within {RINGING_TIMEOUT_S:g} s")
    if event.kind == "CALL_CLOSED":
        raise CallTestError(f"the call to {callee.extension} was refused: {event.detail}")
    if _wait(far, 1.0, "CALL_INCOMING") is None:
        raise CallTestError(f"{callee.extension} rings, but not at {callee.account.login}")
    return _ms(event.at - start)


def _answer(near: Phone, far: Phone, callee: DemoDevice) -> int:
    start = time.monotonic()
    far.answer()
    event = _wait(near, ANSWER_TIMEOUT_S, "CALL_ESTABLISHED", "CALL_CLOSED")
    if event is None or event.kind == "CALL_CLOSED":
        why = event.detail if event else f"nothing within {ANSWER_TIMEOUT_S:g} s"
        raise CallTestError(f"{callee.extension} answered, but the caller was not connected: {why}")
    return _ms(event.at - start)


def _hang_up(near: Phone, far: Phone, callee: DemoDevice) -> int:
    for phone in (near, far):
        if ended := _wait(phone, 0.0, "CALL_CLOSED"):
            raise CallTestError(f"the call ended by itself: {ended.detail}")
    start = time.monotonic()
    near.hang_up()
    event = _wait(far, HANG_UP_TIMEOUT_S, "CALL_CLOSED")
    if event is None:
        raise CallTestError(f"{callee.extension} did not notice the hang-up within {HANG_UP_TIMEOUT_S:g} s")
    return _ms(event.at - start)


def _heard(phone: Phone, device: DemoDevice, tone_hz: int, talk_s: float) -> Heard:
    recordings = phone.recordings()
    heard = listen(recordings[-1], tone_hz) if recordings else Heard(tone_hz, 0, 0)
    if heard.tone_ms < talk_s * 1000 / 2:
        raise CallTestError(
            f"no audio: {device.extension} heard the other's tone for {heard.tone_ms} of {talk_s * 1000:.0f} ms"
        )
    return heard


def _wait(phone: Phone, timeout_s: float, *kinds: str) -> PhoneEvent | None:
    try:
        return phone.wait_for(*kinds, timeout_s=timeout_s)
    except PhoneError:
        return None


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def main(arguments: list[str] | None = None) -> int:
    """The command: report on stdout and 0, or one line on stderr and 1."""
    options = _parser().parse_args(arguments)
    try:
        report = _run(options)
    except (CallTestError, PhoneError, CredentialsError, ValueError, OSError) as error:
        if options.json:
            print(json.dumps({"passed": False, "why": str(error)}, ensure_ascii=False))
        print(f"call-test: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"passed": True, **asdict(report)}, ensure_ascii=False, indent=2))
    else:
        print(report.text())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="naisen call-test", description=__doc__)
    parser.add_argument("caller", help="extension that calls")
    parser.add_argument("callee", help="extension that is called")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("NAISEN_DATA", "var")))
    parser.add_argument("--sip", default=os.environ.get("NAISEN_SIP", "127.0.0.1:5060"), help="host:port")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    return parser


def _run(options: argparse.Namespace) -> CallReport:
    caller, callee = devices_for_call(options.caller, options.callee, read_demo_devices(options.data))
    with tempfile.TemporaryDirectory(prefix="naisen-call-test-") as folder:
        return call_test(caller, callee, ServerAddress.parse(options.sip), Path(folder))


if __name__ == "__main__":
    sys.exit(main())
