"""The demo's built-in phones, as one part: `python -m naisen.phones.demo`.

Reads the data folder from NAISEN_DATA and the server from NAISEN_SIP. Each phone registers, takes a call after
4 seconds with a tone, registers again when the server was away, and is started again when it dies.
SIGTERM or SIGINT logs them out and ends the program with 0.
"""

import os
import queue
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from naisen.phones.account import Account, ServerAddress
from naisen.phones.credentials import CredentialsError, read_demo_devices
from naisen.phones.phone import Phone, PhoneError, PhoneEvent

ANSWER_AFTER_S = 4.0
RESTART_AFTER_S = 1.0
# A server that is away is asked again soon; one that says no (4xx) is not pestered.
RETRY_AFTER_S = 5.0
RETRY_REFUSED_AFTER_S = 20.0
EXPIRY_S = 60
TONES_HZ = (440, 660, 880)

Events = queue.SimpleQueue[tuple["BuiltInPhone", PhoneEvent] | None]


class BuiltInPhone:
    """One phone of the demo and the person who answers it."""

    def __init__(
        self, account: Account, server: ServerAddress, folder: Path, tone_hz: int, events: Events
    ) -> None:
        self.login = account.login
        self._phone = Phone(
            account,
            server,
            folder,
            tone_hz=tone_hz,
            expiry_s=EXPIRY_S,
            max_calls=1,
            record=False,
            on_event=lambda _, event: events.put((self, event)),
        )
        self._state = ""
        self._due: dict[Callable[[], None], float] = {self._start: 0.0}

    @property
    def pid(self) -> int | None:
        """The process id of its baresip while that runs."""
        return self._phone.pid

    def handle(self, event: PhoneEvent) -> None:
        """Note what to do, and when, after something happened on the phone."""
        match event.kind:
            case "REGISTER_OK":
                self._due.pop(self._register_again, None)
                self._say("registered")
            case "REGISTER_FAIL":
                refused = event.detail.startswith("4")
                self._due[self._register_again] = event.at + (
                    RETRY_REFUSED_AFTER_S if refused else RETRY_AFTER_S
                )
                self._say(f"not registered: {event.detail}")
            case "CALL_INCOMING":
                self._due[self._phone.answer] = event.at + ANSWER_AFTER_S
                self._say(f"rings: call from {event.peer}")
            case "CALL_CLOSED":
                self._due.pop(self._phone.answer, None)
                self._say(f"call over: {event.detail}")
            case "GONE":
                self._due = {self._start: event.at + RESTART_AFTER_S}
                self._say("baresip has stopped; starting it again")

    def do_what_is_due(self, now: float) -> None:
        """Carry out whatever has come due; a phone that does not obey is started again."""
        for action in [action for action, at in self._due.items() if at <= now]:
            self._due.pop(action, None)
            try:
                action()
            except (PhoneError, OSError) as error:
                self._say(str(error))
                self._phone.stop()
                self._due = {self._start: now + RESTART_AFTER_S}

    def stop(self) -> None:
        """Log out and stop."""
        self._due = {}
        self._phone.stop()

    def _start(self) -> None:
        self._phone.stop()
        self._phone.start()
        self._phone.register()

    def _register_again(self) -> None:
        self._phone.register_again()

    def _say(self, what: str) -> None:
        """One line in the log, but not the same one again and again."""
        if what != self._state:
            print(f"{self.login}: {what}", flush=True)
            self._state = what


def run(phones: list[BuiltInPhone], events: Events) -> None:
    """Look after the phones until None comes through the queue."""
    while True:
        for phone in phones:
            phone.do_what_is_due(time.monotonic())
        try:
            message = events.get(timeout=0.25)
        except queue.Empty:
            continue
        if message is None:
            return
        phone, event = message
        phone.handle(event)


def built_in_phones(environment: Mapping[str, str], folder: Path, events: Events) -> list[BuiltInPhone]:
    """The demo's phones, not started yet. CredentialsError or ValueError when something is not set."""
    try:
        data_folder, sip = Path(environment["NAISEN_DATA"]), environment["NAISEN_SIP"]
    except KeyError as error:
        raise CredentialsError(f"{error.args[0]} is not set") from error
    server = ServerAddress.parse(sip)
    accounts = [device.account for device in read_demo_devices(data_folder) if device.built_in]
    return [
        BuiltInPhone(account, server, folder / account.login, TONES_HZ[index % len(TONES_HZ)], events)
        for index, account in enumerate(accounts)
    ]


def main() -> int:
    """Run the built-in phones until SIGTERM; 1 with one line on stderr when they cannot be set up."""
    events: Events = queue.SimpleQueue()
    # SimpleQueue.put is reentrant, so a signal handler may call it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: events.put(None))
    with tempfile.TemporaryDirectory(prefix="naisen-demo-phones-") as folder:
        try:
            phones = built_in_phones(os.environ, Path(folder), events)
        except (CredentialsError, ValueError) as error:
            print(f"demo phones: {error}", file=sys.stderr)
            return 1
        try:
            run(phones, events)
        finally:
            for phone in phones:
                phone.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
