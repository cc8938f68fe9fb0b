"""The demo's built-in phones, as one part: `python -m naisen.phones.demo`.

Reads the data folder from NAISEN_DATA and the server from NAISEN_SIP. Each phone registers, takes a call after
4 seconds with a tone, registers again when its registration is gone, and is started again when it dies.
It gives way when another phone logs in with its device, a visitor's softphone or the call test, and comes back
when that one has gone: the server keeps one binding a device, the newest.
SIGTERM or SIGINT logs the phones out and ends the program with 0.
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
from naisen.phones.baresip import PhoneError
from naisen.phones.credentials import CredentialsError, read_demo_devices
from naisen.phones.phone import Phone, PhoneEvent
from naisen.phones.registrar import RegistrarAway, RegistrarRefused, bound_contacts

ANSWER_AFTER_S = 4.0
RESTART_AFTER_S = 1.0
# How often the server is asked who is bound; one that says no (4xx) is not pestered.
CHECK_EVERY_S = 2.0
CHECK_REFUSED_AFTER_S = 20.0
# Long, so that baresip's own refresh seldom takes a device back from a visitor before the next check.
EXPIRY_S = 600
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
        self._account, self._server = account, server
        self._said = ""
        self._in_call = self._gave_way = False
        self._due: dict[Callable[[], None], float] = {self._start: 0.0}

    @property
    def pid(self) -> int | None:
        """The process id of its baresip while that runs."""
        return self._phone.pid

    def handle(self, event: PhoneEvent) -> None:
        """Note what to do, and when, after something happened on the phone."""
        match event.kind:
            case "REGISTER_OK":
                self._due[self._check] = event.at + CHECK_EVERY_S
                self._say("registered")
            case "REGISTER_FAIL":
                self._not_registered(event.detail, event.at)
            case "CALL_INCOMING":
                self._in_call = True
                self._due[self._phone.answer] = event.at + ANSWER_AFTER_S
                self._say(f"rings: call from {event.peer}")
            case "CALL_CLOSED":
                self._in_call = False
                self._due.pop(self._phone.answer, None)
                self._say(f"call over: {event.detail}")
            case "GONE" if self._start not in self._due and not self._gave_way:
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
        self._in_call = self._gave_way = False
        self._phone.start()
        self._phone.register()

    def _check(self) -> None:
        """Ask who is bound to the device: nobody → register; another phone → give way."""
        now = time.monotonic()
        self._due[self._check] = now + CHECK_EVERY_S
        try:
            contacts = bound_contacts(self._account, self._server)
        except RegistrarAway as error:
            self._say(str(error))
        except RegistrarRefused as error:
            self._not_registered(error.status, now)
        else:
            self._compare(contacts)

    def _compare(self, contacts: list[ServerAddress]) -> None:
        if not contacts:
            self._come_back()
        elif self._phone.contact not in contacts and not self._in_call and not self._gave_way:
            # Not logged out: that would be one more REGISTER for a device that is somebody else's now.
            self._gave_way = True
            self._phone.kill()
            self._say("another phone uses this device; giving way")

    def _come_back(self) -> None:
        if self._gave_way:
            self._start()
        elif not self._in_call:
            self._phone.register_again()

    def _not_registered(self, why: str, now: float) -> None:
        self._due[self._check] = now + (CHECK_REFUSED_AFTER_S if why.startswith("4") else CHECK_EVERY_S)
        self._say(f"not registered: {why}")

    def _say(self, what: str) -> None:
        """One line in the log, but not the same one again and again."""
        if what != self._said:
            print(f"{self.login}: {what}", flush=True)
            self._said = what


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
