"""Pushes registration changes to open browser pages.

One connection a process listens to PostgreSQL's channel `registrations`, on which triggers say
`{"tenant": 1, "device": 2}`, and puts the device's id into the mailbox of every page of that tenant.
A page never gets another tenant's ids, and gets nothing but ids: it asks for the cells itself, with
the rights of its own login.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

CHANNEL = "registrations"
FULL = 500  # devices; a page that is further behind asks for all its cells instead
HEARTBEAT_S = 15.0
LIFETIME_S = 300.0  # then the browser connects again, and its sign-in is checked again
RECONNECT_S = 1.0

logger = logging.getLogger(__name__)


class Mailbox:
    """What one page has yet to be told: device ids, each once, or «everything may have changed»."""

    def __init__(self) -> None:
        self._devices: set[int] = set()
        self._everything = False
        self._filled = asyncio.Event()

    def put(self, device_id: int) -> None:
        """Add a device; never blocks, never grows over FULL."""
        if len(self._devices) >= FULL:
            self.put_everything()
        elif not self._everything:
            self._devices.add(device_id)
        self._filled.set()

    def put_everything(self) -> None:
        """Something may have been missed."""
        self._everything = True
        self._devices.clear()
        self._filled.set()

    async def take(self, timeout_s: float) -> list[str]:
        """The waiting events as SSE frames; a heartbeat when none came within `timeout_s` seconds."""
        try:
            await asyncio.wait_for(self._filled.wait(), timeout_s)
        except TimeoutError:
            return [": \n\n"]
        frames = [f"event: changed\ndata: {device_id}\n\n" for device_id in sorted(self._devices)]
        if self._everything:
            frames = ["event: everything\ndata: -\n\n"]
        self._devices.clear()
        self._everything = False
        self._filled.clear()
        return frames


class Hub:
    """The mailboxes of one event loop, by tenant, and the task that fills them."""

    def __init__(self) -> None:
        self._mailboxes: dict[int, set[Mailbox]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def mailbox(self, tenant_id: int) -> Iterator[Mailbox]:
        """A mailbox for the changes of `tenant_id`, as long as the block lasts."""
        box = Mailbox()
        self._mailboxes[tenant_id].add(box)
        self._start()
        try:
            yield box
        finally:
            self._mailboxes[tenant_id].discard(box)
            if not self._mailboxes[tenant_id]:
                del self._mailboxes[tenant_id]

    def hand_out(self, payload: str) -> None:
        """Deliver one notification; a malformed one is logged and dropped."""
        try:
            message = json.loads(payload)
            tenant_id, device_id = int(message["tenant"]), int(message["device"])
        except (ValueError, KeyError, TypeError):
            logger.warning("malformed notification on %s: %.200r", CHANNEL, payload)
            return
        for box in self._mailboxes.get(tenant_id, ()):
            box.put(device_id)

    def hand_out_everything(self) -> None:
        """Tell every page to look at all its cells."""
        for boxes in self._mailboxes.values():
            for box in boxes:
                box.put_everything()

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen_for_ever(), name="registrations")

    async def _listen_for_ever(self) -> None:
        """Listen, and connect again after every loss; the pages poll meanwhile."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("listening for registrations: %s", error)
            await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with await connect() as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.hand_out_everything()
            async for notification in connection.notifies():
                self.hand_out(notification.payload)


async def connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
    """A connection of its own with the portal's role; it dies within half a minute of its server."""
    settings = connections["default"].settings_dict
    return await psycopg.AsyncConnection.connect(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        application_name="naisen live status",
        autocommit=True,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop: one a process, as a server has one loop."""
    loop = asyncio.get_running_loop()
    for other in [known for known in _hubs if known.is_closed()]:
        del _hubs[other]
    return _hubs.setdefault(loop, Hub())


async def events(tenant_id: int) -> AsyncGenerator[str, None]:
    """The SSE frames for one page of `tenant_id`, for LIFETIME_S seconds."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LIFETIME_S
    with hub().mailbox(tenant_id) as box:
        yield "retry: 1000\n\n"
        while (left := ends_at - loop.time()) > 0:
            for frame in await box.take(min(HEARTBEAT_S, left)):
                yield frame
