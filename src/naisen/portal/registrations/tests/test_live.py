"""The push: mailboxes, isolation, and what happens to pages that fall behind."""

import asyncio
from collections.abc import Callable

import pytest

from naisen.portal.registrations import live
from naisen.portal.registrations.live import FULL, Hub, Mailbox


def take(box: Mailbox) -> list[str]:
    return asyncio.run(box.take(0.01))


def test_a_device_that_changes_often_is_told_once() -> None:
    box = Mailbox()
    for device_id in (7, 3, 7, 7):
        box.put(device_id)
    assert take(box) == ["event: changed\ndata: 3\n\n", "event: changed\ndata: 7\n\n"]
    assert take(box) == [": \n\n"]


def test_a_page_that_is_far_behind_is_told_to_look_at_everything() -> None:
    box = Mailbox()
    for device_id in range(FULL + 5):
        box.put(device_id)
    assert take(box) == ["event: everything\ndata: -\n\n"]
    box.put(1)
    assert take(box) == ["event: changed\ndata: 1\n\n"]


async def open_boxes(hub: Hub, payload: str) -> tuple[list[str], list[str]]:
    hub._start = lambda: None  # type: ignore[method-assign]
    with hub.mailbox(1) as ours, hub.mailbox(2) as theirs:
        hub.hand_out(payload)
        return await ours.take(0.01), await theirs.take(0.01)


def test_a_page_gets_its_own_tenants_devices_only() -> None:
    ours, theirs = asyncio.run(open_boxes(Hub(), '{"tenant": 1, "device": 5}'))
    assert ours == ["event: changed\ndata: 5\n\n"]
    assert theirs == [": \n\n"]


@pytest.mark.parametrize("payload", ["", "x", "[]", "{}", '{"tenant": 1}', '{"tenant": "a", "device": null}'])
def test_a_malformed_notification_is_dropped(payload: str) -> None:
    assert asyncio.run(open_boxes(Hub(), payload)) == ([": \n\n"], [": \n\n"])


def test_a_closed_page_leaves_nothing_behind() -> None:
    hub = Hub()
    asyncio.run(open_boxes(hub, "{}"))
    assert hub._mailboxes == {}


@pytest.mark.django_db(transaction=True)
def test_a_notification_of_the_database_arrives_in_time(
    as_edge: Callable[..., list[tuple[object, ...]]],
) -> None:
    """The whole way: pg_notify, the one connection, the page's stream."""

    async def first_change() -> str:
        stream = live.events(41)
        frames = [await anext(stream), await anext(stream)]
        assert frames == ["retry: 1000\n\n", "event: everything\ndata: -\n\n"]
        await asyncio.to_thread(as_edge, "SELECT pg_notify('registrations', '{\"tenant\":41,\"device\":9}')")
        async with asyncio.timeout(2):
            frame = await anext(stream)
        await stream.aclose()
        await live.hub().close()
        return frame

    assert asyncio.run(first_change()) == "event: changed\ndata: 9\n\n"
