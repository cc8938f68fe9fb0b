"""One phone: a baresip process that is started, steered and stopped from here."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from naisen.phones.account import Account, ServerAddress
from naisen.phones.baresip_config import (
    MODULE_FOLDERS,
    PhoneSettings,
    account_line,
    render_config,
)
from naisen.phones.control import Decoder, Message, ProtocolError, encode
from naisen.phones.ports import free_sip_port, free_tcp_port

START_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 2.0


class PhoneError(Exception):
    """The phone could not do what it was told; the text is one readable line."""


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
    """A phone with one account. Use it as a context manager, or call start() and stop().

    `contact` is where it listens while it runs. Its folder holds the configuration, the log and the recordings; the password is never written to it, it
    goes over the control connection. A phone that loses its owner dies with it (setpriv --pdeathsig).
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
        self._record = record
        self._on_event = on_event
        self._events: list[PhoneEvent] = []
        self._changed = threading.Condition()
        self._replies = 0
        self._last_reply: Message = {}
        self.contact: ServerAddress | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- life ---------------------------------------------------------------------------------------

    @property
    def pid(self) -> int | None:
        """The process id while the phone runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start baresip and connect to it (the phone does not register yet). PhoneError if it does not come up."""
        control_port = self._start_process()
        try:
            self._connection = self._connect(control_port)
        except PhoneError:
            self.stop()
            raise
        reader = threading.Thread(target=self._read, args=(self._connection,), daemon=True)
        reader.start()

    def stop(self) -> None:
        """Log out and end the process: SIGTERM (baresip unregisters), then SIGKILL after 2 s."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._close_connection()

    def kill(self) -> None:
        """End the process at once, without logging out (as when the plug is pulled)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self.stop()

    # --- what a person does with a phone ------------------------------------------------------------

    def register(self) -> None:
        """Log the account in and keep it logged in; REGISTER_OK or REGISTER_FAIL tells how it went."""
        self._command("uanew", account_line(self.account, self.server, self.expiry_s))

    def register_again(self) -> None:
        """Register now, with a new User-Agent object (baresip itself waits 30 s and more after a failure)."""
        self._command("uadel", self.account.address_of_record)
        self.register()

    def dial(self, number: str) -> None:
        """Call a number of the account's own domain."""
        self._command("dial", f"sip:{number}@{self.account.domain}")

    def answer(self) -> None:
        """Take the ringing call."""
        self._command("accept")

    def hang_up(self) -> None:
        """End the call, or decline the ringing one."""
        self._command("hangup")

    # --- what happened --------------------------------------------------------------------------------

    @property
    def events(self) -> tuple[PhoneEvent, ...]:
        """Everything that happened so far, oldest first."""
        with self._changed:
            return tuple(self._events)

    def wait_for(self, *kinds: str, since: int = 0, timeout_s: float = 10.0) -> PhoneEvent:
        """The first event of one of these kinds at or after position `since`; PhoneError after `timeout_s`."""
        with self._changed:
            if self._changed.wait_for(lambda: self._find(kinds, since) is not None, timeout_s):
                found = self._find(kinds, since)
                assert found is not None
                return found
        raise PhoneError(f"{self.account.login}: no {' or '.join(kinds)} within {timeout_s:g} s")

    def recordings(self) -> list[Path]:
        """What this phone heard, one WAV file a call, oldest first (complete once the call is over)."""
        return sorted(self._recordings_folder.glob("dump-*-dec.wav"))

    # --- inside -----------------------------------------------------------------------------------------

    @property
    def _recordings_folder(self) -> Path:
        return self.folder / "recordings"

    def _start_process(self) -> int:
        self._recordings_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = self.server.local_address()
        settings = PhoneSettings(
            local_address=address,
            sip_port=free_sip_port(address),
            control_port=free_tcp_port("127.0.0.1"),
            tone_hz=self.tone_hz,
            recordings=self._recordings_folder if self._record else None,
            max_calls=self.max_calls,
        )
        self.contact = ServerAddress(address, settings.sip_port)
        (self.folder / "config").write_text(render_config(settings, _module_folder()))
        with (self.folder / "baresip.log").open("wb") as log:
            self._process = _spawn(self.folder, log)
        return settings.control_port

    def _connect(self, control_port: int) -> socket.socket:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.pid is None:
                break
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", control_port), START_TIMEOUT_S)
            time.sleep(0.02)
        raise PhoneError(f"{self.account.login}: baresip did not start; see {self.folder / 'baresip.log'}")

    def _command(self, command: str, parameters: str = "") -> None:
        """Send one command and wait for its reply; PhoneError when baresip refuses it or is gone."""
        connection = self._connection
        if connection is None:
            raise PhoneError(f"{self.account.login}: the phone does not run")
        with self._changed:
            before = self._replies
        try:
            connection.sendall(encode({"command": command, "params": parameters}))
        except OSError as error:
            raise PhoneError(f"{self.account.login}: the phone has stopped ({error})") from error
        with self._changed:
            if not self._changed.wait_for(lambda: self._replies > before, START_TIMEOUT_S):
                raise PhoneError(f"{self.account.login}: baresip does not answer to {command!r}")
            if not self._last_reply.get("ok"):
                raise PhoneError(f"{self.account.login}: baresip refused {command!r}")

    def _read(self, connection: socket.socket) -> None:
        decoder = Decoder()
        with contextlib.suppress(OSError, ProtocolError):
            connection.settimeout(None)
            while data := connection.recv(65536):
                # Acknowledge at once: baresip holds the next event back until then, 40 ms by default.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                for message in decoder.feed(data):
                    self._receive(message)
        self._note(PhoneEvent("GONE", "", "", time.monotonic()))

    def _receive(self, message: Message) -> None:
        if message.get("event"):
            kind, detail, peer = (str(message.get(key, "")) for key in ("type", "param", "peeruri"))
            self._note(PhoneEvent(kind, detail, peer, time.monotonic()))
            return
        with self._changed:
            self._replies += 1
            self._last_reply = message
            self._changed.notify_all()

    def _note(self, event: PhoneEvent) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()
        if self._on_event is not None:
            self._on_event(self, event)

    def _find(self, kinds: tuple[str, ...], since: int) -> PhoneEvent | None:
        return next((event for event in self._events[since:] if event.kind in kinds), None)

    def _close_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def _module_folder() -> Path:
    for folder in MODULE_FOLDERS:
        if folder.is_dir():
            return folder
    raise PhoneError("baresip's modules are missing: install the Debian package baresip-core")


def _spawn(folder: Path, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Baresip in the caller's process group, so that whoever stops the group stops it too."""
    programs = [shutil.which(name) for name in ("setpriv", "baresip")]
    if None in programs:
        raise PhoneError("baresip is missing: install the Debian package baresip-core")
    command = [str(programs[0]), "--pdeathsig", "KILL", str(programs[1]), "-4", "-f", str(folder)]
    environment = dict(os.environ, HOME=str(folder))
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
    )
