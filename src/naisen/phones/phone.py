"""One phone with one account, as the person at it would use it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from naisen.phones.account import Account, ServerAddress
from naisen.phones.baresip import Baresip, PhoneError
from naisen.phones.baresip_config import PhoneSettings, account_line
from naisen.phones.control import Message
from naisen.ports import free_port


@dataclass(frozen=True)
class PhoneEvent:
    """Something that happened on the phone.

    `kind` is baresip's name (REGISTER_OK, CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED, …, and
    our own GONE when the process ended), `detail` its text («404 Not Found»), `at` seconds of time.monotonic().
    """

    kind: str
    detail: str
    peer: str
    at: float


class Phone:
    """A phone. Use it as a context manager, or call start() and stop().

    `contact` is where it listens while it runs. `folder` holds the configuration, the log and the recordings; the
    password is never written to it, it goes over the control connection. Every method that tells the phone to
    do something raises PhoneError when it cannot.
    """

    def __init__(
        self,
        account: Account,
        server: ServerAddress,
        folder: Path,
        *,
        tone_hz: int = 440,
        expiry_s: int = 60,
        max_calls: int = 2,
        record: bool = True,
        on_event: Callable[["Phone", PhoneEvent], None] | None = None,
    ) -> None:
        self.account = account
        self.server = server
        self.folder = folder
        self.tone_hz = tone_hz
        self.expiry_s = expiry_s
        self.max_calls = max_calls
        self.contact: ServerAddress | None = None
        self._record = record
        self._on_event = on_event
        self._events: list[PhoneEvent] = []
        self._happened = threading.Condition()
        self._baresip: Baresip | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id while the phone runs."""
        return self._baresip.pid if self._baresip else None

    def start(self) -> None:
        """Switch it on. It does not register yet."""
        self._recordings.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = self.server.local_address()
        settings = PhoneSettings(
            local_address=address,
            sip_port=free_port(address, neighbours=2),  # the one after it is for TLS
            control_port=free_port(),
            tone_hz=self.tone_hz,
            recordings=self._recordings if self._record else None,
            max_calls=self.max_calls,
            secured=self.server.transport == "tls",
        )
        self._baresip = Baresip(self.folder, settings, self._note)
        self.contact = ServerAddress(address, settings.sip_port)

    def stop(self) -> None:
        """Log out and switch it off."""
        baresip, self._baresip = self._baresip, None
        if baresip is not None:
            baresip.stop()

    def kill(self) -> None:
        """Pull the plug: it does not log out."""
        baresip, self._baresip = self._baresip, None
        if baresip is not None:
            baresip.kill()

    def register(self) -> None:
        """Log the account in and keep it logged in; REGISTER_OK or REGISTER_FAIL tells how it went."""
        self._tell("uanew", account_line(self.account, self.server, self.expiry_s))

    def register_again(self) -> None:
        """Register anew at once (after a failure baresip itself waits 30 s and more)."""
        self._tell("uadel", self.account.address_of_record)
        self.register()

    def dial(self, number: str) -> None:
        """Call a number of the account's own domain."""
        self._tell("dial", f"sip:{number}@{self.account.domain}")

    def answer(self) -> None:
        """Take the ringing call."""
        self._tell("accept")

    def hang_up(self) -> None:
        """End the call, or decline the ringing one."""
        self._tell("hangup")

    def transfer(self, number: str) -> None:
        """Have the other side call that number instead (REFER, RFC 3515)."""
        self._tell("transfer", f"sip:{number}@{self.account.domain}")

    @property
    def events(self) -> tuple[PhoneEvent, ...]:
        """Everything that happened so far, oldest first."""
        with self._happened:
            return tuple(self._events)

    def wait_for(self, *kinds: str, since: int = 0, timeout_s: float = 10.0) -> PhoneEvent:
        """The first event of one of these kinds at or after position `since`; PhoneError after `timeout_s`."""
        with self._happened:
            if self._happened.wait_for(lambda: self._find(kinds, since) is not None, timeout_s):
                found = self._find(kinds, since)
                assert found is not None
                return found
        raise PhoneError(f"{self.account.login}: no {' or '.join(kinds)} within {timeout_s:g} s")

    def recordings(self) -> list[Path]:
        """What this phone heard, one WAV file a call, oldest first (complete once the call is over)."""
        return sorted(self._recordings.glob("dump-*-dec.wav"))

    @property
    def _recordings(self) -> Path:
        return self.folder / "recordings"

    def _tell(self, command: str, parameters: str = "") -> None:
        if self._baresip is None:
            raise PhoneError(f"{self.account.login}: the phone does not run")
        try:
            self._baresip.command(command, parameters)
        except PhoneError as error:
            raise PhoneError(f"{self.account.login}: {error}") from error

    def _note(self, message: Message | None) -> None:
        told = message or {"type": "GONE"}
        kind, detail, peer = (str(told.get(key, "")) for key in ("type", "param", "peeruri"))
        event = PhoneEvent(kind, detail, peer, time.monotonic())
        with self._happened:
            self._events.append(event)
            self._happened.notify_all()
        if self._on_event is not None:
            self._on_event(self, event)

    def _find(self, kinds: tuple[str, ...], since: int) -> PhoneEvent | None:
        return next((event for event in self._events[since:] if event.kind in kinds), None)
