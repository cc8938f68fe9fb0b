"""Calls that come in on a line: whom they ring, and 応答がないとき (C-06, S1-120)."""

from typing import Any

import pytest

from naisen.routing import (
    Decision,
    Dial,
    Forward,
    Forwarding,
    LineCall,
    Outgoing,
    Refuse,
    Ring,
    RingDevice,
    decide_inbound,
)
from naisen.routing.tests.directory_in_memory import DirectoryInMemory, line, number, out_line

NO_ANSWER = Forward("600", "line_no_answer", line_id=9)


def called_in(directory: DirectoryInMemory, *device_ids: int, trunk_id: int = 5, **more: object) -> Decision:
    return decide_inbound(LineCall(line(*device_ids, **more), trunk_id, "09012345678"), directory)  # type: ignore[arg-type]


def test_a_line_rings_all_devices_of_its_people_for_its_own_time() -> None:
    decision = called_in(DirectoryInMemory(bindings={"d2", "d3"}), 2, 3, 4)
    assert isinstance(decision, Ring)
    assert [target.login for target in decision.targets] == ["d2", "d3"]
    assert (decision.timeout_s, decision.called_kind, decision.called_id) == (20, "line", 9)
    assert (decision.one_decline_ends, decision.on_no_answer) == (False, None)


def test_one_person_alone_is_called_as_by_her_extension_for_the_lines_time() -> None:
    suzuki = number("2000", 2, forwarding=Forwarding(busy="3000"))
    decision = called_in(DirectoryInMemory([suzuki], {"d2"}), 2, recipients=("2000",))
    assert isinstance(decision, Ring)
    assert (decision.timeout_s, decision.called_kind, decision.called_id) == (20, "person", 7)
    assert decision.on_busy == Forward("3000", "forward_busy", person_id=7)


def test_of_several_nobodys_forwarding_acts_and_the_undisturbed_are_left_out() -> None:
    people = [number("2000", 2, forwarding=Forwarding(always="4000")), number("3000", 3)]
    devices = (RingDevice(2, "d2", 2), RingDevice(3, "d3", 3, do_not_disturb=True))
    decision = called_in(DirectoryInMemory(people, {"d2", "d3"}), devices=devices)
    assert [target.login for target in decision.targets] == ["d2"]  # type: ignore[union-attr]


def test_when_nobody_answers_the_call_goes_where_the_line_says() -> None:
    more: dict[str, Any] = {"no_answer": "department", "no_answer_digits": "600"}
    decision = called_in(DirectoryInMemory(bindings={"d2"}), 2, **more)
    assert isinstance(decision, Ring)
    assert (decision.on_busy, decision.on_no_answer, decision.on_unregistered) == (NO_ANSWER,) * 3


@pytest.mark.parametrize("device_ids", [(), (2,)])
def test_when_nobody_can_ring_it_goes_there_at_once(device_ids: tuple[int, ...]) -> None:
    sales = number("600", 8, kind="department")
    recipients = ("2000", "3000") if device_ids else ()
    decision = called_in(
        DirectoryInMemory([sales], {"d8"}),
        *device_ids,
        recipients=recipients,
        no_answer="department",
        no_answer_digits="600",
    )
    assert [target.login for target in decision.targets] == ["d8"]  # type: ignore[union-attr]


def test_a_line_that_forwards_outside_calls_on_itself() -> None:
    directory = DirectoryInMemory(line_out=Outgoing((out_line(9),)))
    decision = called_in(directory, no_answer="forward", no_answer_digits="09087654321")
    assert isinstance(decision, Dial)
    assert (decision.line_id, decision.number, decision.person_id) == (9, "09087654321", None)
    assert directory.asked == ["line 9 09087654321"]


def test_the_only_person_undisturbed_or_gone_leaves_it_to_the_line() -> None:
    quiet = number("2000", 2, do_not_disturb=True)
    sales = number("600", 8, kind="department")
    more: dict[str, Any] = {"no_answer": "department", "no_answer_digits": "600", "recipients": ("2000",)}
    decision = called_in(DirectoryInMemory([quiet, sales], {"d2", "d8"}), 2, **more)
    assert [target.login for target in decision.targets] == ["d8"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "code", "reason"),
    [
        ({"trunk_id": 6}, 404, "unknown_number"),
        ({"is_open": False}, 480, "line_closed"),
        ({"recipients": ()}, 480, "line_rings_nobody"),
        ({}, 480, "not_registered"),
    ],
)
def test_calls_in_that_reach_nobody(more: dict[str, Any], code: int, reason: str) -> None:
    decision = called_in(DirectoryInMemory(), 2, **more)
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (code, reason)
