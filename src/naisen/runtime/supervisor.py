"""Starts the parts in the order they need each other, keeps them alive, stops them the other way round."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime

from naisen.ports import LOOPBACK, free_port
from naisen.runtime import logs, preparation, processes, state
from naisen.runtime.address import Address, require_free
from naisen.runtime.errors import StartError
from naisen.runtime.front import Front, take_front
from naisen.runtime.instance import Instance
from naisen.runtime.keeper import Keeper
from naisen.runtime.part import Part
from naisen.runtime.parts.carrier_links import CarrierLinks
from naisen.runtime.parts.demo_phones import DemoPhones
from naisen.runtime.parts.edge import Edge
from naisen.runtime.parts.haproxy import HAProxy
from naisen.runtime.parts.portal import Portal
from naisen.runtime.parts.postgresql import PostgreSQL
from naisen.runtime.parts.rtpengine import RtpEngine
from naisen.runtime.parts.worker import Worker
from naisen.runtime.relay_ports import take_relay_ports
from naisen.runtime.secret_files import Secrets
from naisen.runtime.setting import Relay, Setting

Say = Callable[[str], None]
# Clients first, then what they need; parts of one step stop together.
STOP_ORDER = (
    ("worker", "portal", "demo-phones"),
    ("haproxy", "carrier-links"),
    ("edge",),
    ("rtpengine",),
    ("postgresql",),
)


class Supervisor:
    """One run of one instance, from the first process to the last."""

    def __init__(self, setting: Setting, relay: Relay, front: Front, say: Say) -> None:
        """`say` takes one line of news for the operator."""
        self._setting, self._say = setting, say
        instance = setting.instance
        self._state = state.State(
            str(instance.http),
            str(instance.sip),
            demo=instance.demo,
            https=str(front.https),
            sip_tls=str(front.sip_tls),
            wss=front.wss,
        )
        self._keepers = {part.name: self._keeper(part) for part in parts_of(setting, relay, front)}
        self._tasks: list[asyncio.Task[None]] = []
        self._stop, self._hurry = asyncio.Event(), asyncio.Event()
        self._failure: BaseException | None = None

    def _keeper(self, part: Part) -> Keeper:
        shown = state.PartState(part.name)
        self._state.parts.append(shown)
        return Keeper(part, shown, changed=self._changed, say=self._say)

    def _changed(self) -> None:
        essential = [keeper for keeper in self._keepers.values() if keeper.part.is_essential]
        self._state.ready = all(keeper.shown.state == state.READY for keeper in essential)
        self._state.write(self._setting.instance.state_file)

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Run until a signal says stop; raises StartError when it cannot start. Leaves no process behind."""
        self._take_signals()
        self._state.supervisor = os.getpid()
        self._watched(logs.cap(self._setting.instance.logs))
        self._watched(self._bring_up(on_ready))
        try:
            await self._stop.wait()
        finally:
            await self._bring_down()
        if self._failure is not None:
            raise self._failure

    def _take_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup has made us deaf to SIGHUP on purpose.
            if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:
                loop.add_signal_handler(number, self.stop)

    def stop(self) -> None:
        """Begin to stop; called again, hurry."""
        if self._stop.is_set():
            self._say("stopping at once")
            self._hurry.set()
        self._stop.set()

    def _watched(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._note_failure)
        self._tasks.append(task)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (failure := task.exception()) is None:
            return
        if not self._stop.is_set():  # what fails because everything stops is no reason
            self._failure = failure
        self._stop.set()

    async def _bring_up(self, on_ready: Callable[[], None]) -> None:
        """1. Store and relay. 2. Schema and assets. 3. Everything that needs them. 4. Phones."""
        assets = asyncio.create_task(preparation.prepare_assets(self._setting))
        try:
            await self._start("postgresql", "rtpengine")
            await preparation.prepare_database(self._setting, self._say)
            await assets
        finally:
            assets.cancel()
        await self._start("edge", "portal", "worker", "haproxy", "carrier-links")
        await self._start("demo-phones")
        on_ready()

    async def _start(self, *names: str) -> None:
        keepers = [self._keepers[name] for name in names if name in self._keepers]
        for keeper in keepers:
            self._watched(keeper.keep())
        for keeper in keepers:
            await keeper.is_ready.wait()

    async def _bring_down(self) -> None:
        for names in STOP_ORDER:
            keepers = [self._keepers[name] for name in names if name in self._keepers]
            await asyncio.gather(*(keeper.stop(self._hurry) for keeper in keepers))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._state.ready, self._state.supervisor = False, None
        self._state.write(self._setting.instance.state_file)


def parts_of(setting: Setting, relay: Relay, front: Front) -> list[Part]:
    """Return the instance's parts, in the order in which `status` shows them."""
    parts: list[Part] = [] if setting.instance.database_url else [PostgreSQL(setting)]
    parts += [RtpEngine(setting, relay), Edge(setting, relay, front), Portal(setting), Worker(setting)]
    parts += [HAProxy(setting, front), CarrierLinks(setting, front)]
    return [*parts, DemoPhones(setting)] if setting.instance.demo else parts


def serve(instance: Instance, say: Say, on_ready: Callable[[], None]) -> None:
    """Run the instance until a signal. Raises StartError with one readable line."""
    instance.make_folders()
    with instance.lock(), contextlib.ExitStack() as afterwards:
        afterwards.callback(instance.remove_socket_link)
        clear_leftovers(instance)
        require_free(instance.http, ("TCP",), "--http")
        require_free(instance.sip, ("UDP", "TCP"), "--sip")
        logs.rotate(instance.logs)
        instance.clear_scratch()
        setting = Setting(instance, Secrets.of(instance.secrets, has_data=instance.cluster.exists()))
        with _relay(instance) as relay, take_front(instance) as front:
            asyncio.run(Supervisor(setting, relay, front, _into_log(instance, say)).run(on_ready))


def clear_leftovers(instance: Instance) -> None:
    """End what an earlier run left when its supervisor was killed; the caller holds the lock."""
    if stubborn := processes.end_all(lambda: state.leftovers(instance)):
        raise StartError(f"processes of an earlier run do not end: {stubborn}; end them and start again")


@contextlib.contextmanager
def _relay(instance: Instance) -> Iterator[Relay]:
    ports = take_relay_ports(instance.sip.host)
    try:
        yield Relay(Address(LOOPBACK, free_port()), ports)
    finally:
        ports.release()


def _into_log(instance: Instance, say: Say) -> Say:
    """Return a `say` that also writes to DIR/logs/naisen.log; a full disk or a closed terminal is no reason to end."""
    log, began = instance.logs / "naisen.log", time.monotonic()

    def both(line: str) -> None:
        with contextlib.suppress(OSError), log.open("a") as file:
            file.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}\n")
        with contextlib.suppress(OSError):
            say(f"[{time.monotonic() - began:5.1f} s] {line}")

    return both
