"""Keeps one part alive: starts it, waits until it is ready, starts it again when it dies, stops it."""

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Callable

from naisen.runtime import logs, processes, state
from naisen.runtime.errors import StartError
from naisen.runtime.part import Part

# Seconds before the next try of a part that keeps dying: at once, then slower and slower.
BACK_OFF_S = (0.0, 0.3, 1.0, 2.0, 5.0)
SETTLED_S = 10.0  # one that has lived this long is healthy again
FIRST_TRIES = 2  # a part that has never been ready is not tried for ever
PROBE_EVERY_S = 0.05
LOOK_IN_EVERY_S = 5.0
MISSES_SHOWN = 3
Say = Callable[[str], None]


class Keeper:
    """The life of one part."""

    def __init__(self, part: Part, shown: state.PartState, *, changed: Callable[[], None], say: Say) -> None:
        """`shown` is kept up to date; `changed` is called after each change of it; `say` takes news."""
        self.part, self.shown = part, shown
        self.is_ready = asyncio.Event()
        self._changed, self._say = changed, say
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = asyncio.Event()
        self._failures = 0
        self._late = ""

    async def keep(self) -> None:
        """Run the part until `stop`; raises StartError when it cannot be started the first time.

        1. Start, and probe until ready or dead. 2. Wait for the end. 3. End whatever is left of it. 4. Wait a
        little if it dies often. 5. From 1.
        """
        while True:
            began = time.monotonic()
            reason = await self._live()
            if self._stopping.is_set():
                return
            self._failures = 0 if time.monotonic() - began > SETTLED_S else self._failures
            self._note_end(reason)
            await asyncio.sleep(BACK_OFF_S[min(self._failures, len(BACK_OFF_S)) - 1])

    async def _live(self) -> str:
        """One life, from start to end; returns why it ended."""
        try:
            await asyncio.to_thread(self.part.before_start)
            if self._stopping.is_set():
                return ""
            process = self._spawn()
        except (StartError, OSError) as error:
            return str(error)
        watch = asyncio.create_task(self._watch())
        try:
            code = await processes.ended(process)
        finally:
            watch.cancel()
            await self._clear(process.pid)
        return self._why(code)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._late = ""
        with self.part.log.open("ab") as output:
            self._process = processes.spawn(
                self.part.command(),
                environment={**self.part.environment(), **self.part.marks},
                folder=self.part.setting.instance.run,
                output=output,
                death_signal=self.part.stop_signal,
            )
        seen = processes.look(self._process.pid)
        self._show(
            pid=self._process.pid,
            started=seen.started if seen else None,
            state=state.RESTARTING if self.is_ready.is_set() else state.STARTING,
        )
        return self._process

    async def _watch(self) -> None:
        """Probe until ready, then look in now and then. One that takes too long to start is ended."""
        deadline = time.monotonic() + self.part.start_patience_s
        while not await self.part.is_ready():
            if time.monotonic() > deadline:
                await self._give_up_waiting()
                break
            await asyncio.sleep(PROBE_EVERY_S)
        else:
            if self.is_ready.is_set():
                self._say(f"{self.part.name} works again")
            self._show(state=state.READY, reason="")
            self.is_ready.set()
        await self._look_in()

    async def _look_in(self) -> None:
        """Show whether the part still answers. It is not ended when it does not: a restart would drop more."""
        missed = 0
        while True:
            await asyncio.sleep(LOOK_IN_EVERY_S)
            missed = 0 if await self.part.is_ready() else missed + 1
            if missed == 0 and self.shown.state != state.READY:
                self._show(state=state.READY, reason="")
            elif missed == MISSES_SHOWN:
                self._show(state=state.UNRESPONSIVE, reason=f"no answer for {missed * LOOK_IN_EVERY_S:g} s")

    async def _give_up_waiting(self) -> None:
        reason = f"no answer within {self.part.start_patience_s:g} s"
        if self.part.is_essential and self._process is not None:
            self._late = reason
            self._process.kill()
        else:
            self._say(f"{self.part.name}: {reason}; see {self.part.log}")
            self._show(reason=reason)
            self.is_ready.set()

    def _why(self, code: int) -> str:
        """Say how it ended: by which signal, or with which complaint of its own."""
        if self._late:
            return self._late
        if code < 0:
            return f"ended by signal {signal.Signals(-code).name}"
        complaint = logs.complaint(self.part.log)
        return f"ended with code {code}" + (f" ({complaint})" if complaint else "")

    def _note_end(self, reason: str) -> None:
        self._failures += 1
        self._process = None
        if not self.is_ready.is_set() and self._failures >= FIRST_TRIES:
            self._show(state=state.STOPPED, pid=None, reason=reason)
            raise StartError(f"{self.part.name} does not start: {reason}; see {self.part.log}")
        self.shown.restarts += 1
        self._show(state=state.RESTARTING, pid=None, reason=reason)
        self._say(f"{self.part.name} {reason}; starting it again")

    def _show(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self.shown, name, value)
        self._changed()

    async def _clear(self, leader: int) -> None:
        """End every process that is left of a part whose leader has ended."""

        def find() -> list[int]:
            return sorted({*processes.family(leader, self.part.marks), *self.part.leftovers()})

        if stubborn := await asyncio.to_thread(processes.end_all, find):
            self._say(f"{self.part.name}: processes {stubborn} do not end")

    async def stop(self, hurry: asyncio.Event) -> None:
        """Stop the part: politely, or at once when `hurry` is set; returns when nothing of it is left."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.part.hurry_signal if hurry.is_set() else self.part.stop_signal)
            if not await self._ends_within(process, self.part.stop_patience_s, hurry):
                process.send_signal(self.part.hurry_signal)
                if not await self._ends_within(process, 2.0, asyncio.Event()):
                    process.kill()
            await processes.ended(process)
        if process is not None:
            await self._clear(process.pid)
        self._show(state=state.STOPPED, pid=None, reason="")

    async def _ends_within(
        self, process: subprocess.Popen[bytes], patience_s: float, hurry: asyncio.Event
    ) -> bool:
        waits = {asyncio.create_task(processes.ended(process)), asyncio.create_task(hurry.wait())}
        await asyncio.wait(waits, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return process.poll() is not None
