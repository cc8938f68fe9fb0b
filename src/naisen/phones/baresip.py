"""One baresip process and the connection that steers it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from naisen.phones.baresip_config import MODULE_FOLDERS, PhoneSettings, render_config
from naisen.phones.control import Decoder, Message, ProtocolError, encode

START_TIMEOUT_S = 5.0
REPLY_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 2.0


class PhoneError(Exception):
    """The phone could not do what it was told; the text is one readable line."""


class Baresip:
    """A running baresip. It dies with the process that started it (setpriv --pdeathsig).

    `on_event` gets every event as baresip's JSON object, and None once when the connection has ended. It is
    called in a thread of its own.
    """

    def __init__(
        self, folder: Path, settings: PhoneSettings, on_event: Callable[[Message | None], None]
    ) -> None:
        """Start it in `folder`, which takes its configuration and its log; PhoneError if it does not come up."""
        self._log = folder / "baresip.log"
        self._on_event = on_event
        self._replied = threading.Condition()
        self._replies: list[Message] = []
        (folder / "config").write_text(render_config(settings, _module_folder()), encoding="utf-8")
        with self._log.open("wb") as log:
            self._process = _spawn(folder, log)
        try:
            self._connection = self._connect(settings.control_port)
        except PhoneError:
            self._process.kill()
            self._process.wait()
            raise
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process.poll() is None else None

    def command(self, command: str, parameters: str = "") -> None:
        """Send one command and wait for its reply; PhoneError when baresip refuses it or is gone."""
        with self._replied:
            before = len(self._replies)
        try:
            self._connection.sendall(encode({"command": command, "params": parameters}))
        except OSError as error:
            raise PhoneError(f"baresip has stopped ({error})") from error
        with self._replied:
            if not self._replied.wait_for(lambda: len(self._replies) > before, REPLY_TIMEOUT_S):
                raise PhoneError(f"baresip does not answer to {command!r}")
            if not self._replies[before].get("ok"):
                raise PhoneError(f"baresip refused {command!r}")

    def stop(self) -> None:
        """Log out and end: SIGTERM, and SIGKILL after STOP_TIMEOUT_S."""
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._end()

    def kill(self) -> None:
        """End at once, without logging out (as when the plug is pulled)."""
        self._process.send_signal(signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        self._process.wait()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _connect(self, port: int) -> socket.socket:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self.pid is not None:
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port))
            time.sleep(0.02)
        raise PhoneError(f"baresip did not start; see {self._log}")

    def _read(self) -> None:
        decoder = Decoder()
        with contextlib.suppress(OSError, ProtocolError):
            while data := self._connection.recv(65536):
                # Acknowledge at once: baresip holds the next event back until then, 40 ms by default.
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                for message in decoder.feed(data):
                    self._receive(message)
        self._on_event(None)

    def _receive(self, message: Message) -> None:
        if message.get("event"):
            self._on_event(message)
            return
        with self._replied:
            self._replies.append(message)
            self._replied.notify_all()


def _module_folder() -> Path:
    for folder in MODULE_FOLDERS:
        if folder.is_dir():
            return folder
    raise PhoneError("baresip's modules are missing: install the Debian package baresip-core")


def _spawn(folder: Path, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start it in the caller's process group, so that whoever stops the group stops it too."""
    setpriv, baresip = shutil.which("setpriv"), shutil.which("baresip")
    if setpriv is None or baresip is None:
        raise PhoneError("baresip is missing: install the Debian package baresip-core")
    command = [setpriv, "--pdeathsig", "KILL", baresip, "-4", "-f", str(folder)]
    environment = dict(os.environ, HOME=str(folder))
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
    )
