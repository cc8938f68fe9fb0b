"""A whole Naisen for tests: a real `./naisen demo` on free ports, with a data folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from naisen.ports import LOOPBACK, free_port
from naisen.runtime.database import SOURCE

COMMAND = SOURCE.parents[1] / "naisen"
READY_WITHIN_S = 90.0  # the first start makes the database; a busy machine takes its time
STOPPED_WITHIN_S = 60.0


class RunningInstance:
    """One instance; `start` returns when it is ready, `stop` when it has ended. `with` does both, and removes it."""

    def __init__(self, *, command: str = "demo", data: Path | None = None) -> None:
        """Choose ports and a data folder; a folder made here is removed by `remove`."""
        self.command = command
        self.data = data or Path(tempfile.mkdtemp(prefix="naisen-instance-"))
        self.http_address = f"{LOOPBACK}:{free_port()}"
        self.sip = f"{LOOPBACK}:{free_port()}"
        self.process: subprocess.Popen[bytes] | None = None
        self._output = Path(tempfile.mkstemp(prefix="naisen-output-")[1])

    def __enter__(self) -> "RunningInstance":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.remove()

    @property
    def http(self) -> str:
        """The portal's address, as a URL without a slash at the end."""
        return f"http://{self.http_address}"

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text()

    def launch(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it, with these variables on top, and return at once."""
        words: list[str | Path] = [
            self.command,
            "--data",
            self.data,
            "--http",
            self.http_address,
            "--sip",
            self.sip,
        ]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [COMMAND, *words],
                env={**outside_environment(), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, environment: Mapping[str, str] | None = None) -> float:
        """Start it and wait until it says ready; returns the seconds that took."""
        began = time.monotonic()
        self.launch(environment)
        while not any(line.startswith("ready") for line in self.output.splitlines()):
            late = time.monotonic() - began > READY_WITHIN_S
            if late or self._process.poll() is not None:
                self.stop()
                raise RuntimeError(f"Naisen does not start:\n{self.output}")
            time.sleep(0.05)
        return time.monotonic() - began

    @property
    def _process(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError("not started")
        return self.process

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop and wait; returns its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            return self._process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def remove(self) -> None:
        """Remove what it left on the disk."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._output.unlink(missing_ok=True)

    def run(self, *words: str | Path, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run another `./naisen` command on the same data folder."""
        return subprocess.run(
            [COMMAND, words[0], "--data", self.data, *words[1:]],
            env=outside_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )

    def status(self) -> dict[str, Any]:
        """Return what `status --json` says."""
        return dict(json.loads(self.run("status", "--json").stdout))

    def credentials(self) -> dict[str, Any]:
        """Return what `credentials --json` says."""
        return dict(json.loads(self.run("credentials", "--json").stdout))

    def part(self, name: str) -> dict[str, Any]:
        """Return one part of the status."""
        return next(part for part in self.status()["parts"] if part["name"] == name)


def outside_environment() -> dict[str, str]:
    """Return the environment of a person at a shell: without what the tests' own Django is set up with."""
    own = ("NAISEN_", "DJANGO_", "PYTHON", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}
