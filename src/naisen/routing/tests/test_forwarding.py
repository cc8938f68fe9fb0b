"""Forwarding by what happens, do-not-disturb, and calls that go round in circles (D-03)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.routing import (
    Called,
    CallRequest,
    Decision,
    Dial,
    Forward,
    Forwarding,
    Journey,
    Outgoing,
    Refuse,
    Ring,
    RingDevice,
    decide,
    decide_next,
)
from naisen.routing.tests.directory_in_memory import DirectoryInMemory, device, number, out_line

HERE = Journey("a.test", 1, caller_device_id=1)


def forwarding(digits: str, *device_ids: int, **where: str) -> Called:
    return number(digits, *device_ids, forwarding=Forwarding(**where))


def dialled(digits: str, directory: DirectoryInMemory) -> Decision:
    return decide(CallRequest(device(1), digits), directory)


def logins(decision: Decision) -> list[str]:
    assert isinstance(decision, Ring), decision
    return [target.login for target in decision.targets]


def test_what_is_always_forwarded_rings_there_and_not_here() -> None:
    directory = DirectoryInMemory([forwarding("2000", 2, always="3000"), number("3000", 3)], {"d2", "d3"})
    decision = dialled("2000", directory)
    assert logins(decision) == ["d3"]
    assert decision.path == ("2000", "3000")  # type: ignore[union-attr]


def test_the_phones_ring_first_and_the_other_forwards_wait_for_what_happens() -> None:
    directory = DirectoryInMemory(
        [forwarding("2000", 2, busy="3000", no_answer="4000", unregistered="5000")], {"d2"}
    )
    decision = dialled("2000", directory)
    assert logins(decision) == ["d2"]
    assert isinstance(decision, Ring)
    assert decision.on_busy == Forward("3000", "forward_busy", person_id=7)
    assert decision.on_no_answer == Forward("4000", "forward_no_answer", person_id=7)
    assert decision.on_unregistered == Forward("5000", "forward_unregistered", person_id=7)


@pytest.mark.parametrize("device_ids", [(), (2, 3)])
def test_where_no_phone_is_registered_the_call_goes_on_at_once(device_ids: tuple[int, ...]) -> None:
    directory = DirectoryInMemory(
        [forwarding("2000", *device_ids, unregistered="3000"), number("3000", 4)], {"d4"}
    )
    assert logins(dialled("2000", directory)) == ["d4"]


def test_the_next_stage_is_decided_from_what_happened() -> None:
    directory = DirectoryInMemory([number("3000", 3)], {"d3"})
    journey = Journey("a.test", 1, caller_device_id=1, path=("2000",))
    decision = decide_next(journey, Forward("3000", "forward_busy", person_id=7), directory)
    assert logins(decision) == ["d3"]
    assert decision.path == ("2000", "3000")  # type: ignore[union-attr]


def test_a_forward_to_outside_goes_out_on_the_line_of_whoever_forwards() -> None:
    directory = DirectoryInMemory(
        [forwarding("2000", 2, always="09012345678")], {"d2"}, out=Outgoing((out_line(),))
    )
    decision = dialled("2000", directory)
    assert isinstance(decision, Dial)
    assert (decision.number, decision.shown_number, decision.person_id) == ("09012345678", "0312345671", 7)
    assert "7 09012345678" in directory.asked


@pytest.mark.parametrize("digits", ["0312345671", "+81312345671"])
def test_a_forward_to_ones_own_line_would_come_back_for_ever(digits: str) -> None:
    directory = DirectoryInMemory([forwarding("2000", 2, always=digits)], {"d2"}, out=Outgoing((out_line(),)))
    decision = dialled("2000", directory)
    assert isinstance(decision, Refuse)
    assert decision.reason == "forward_loop"
    assert isinstance(dialled("0312345671", directory), Dial)


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("110", "number_not_allowed"),
        ("+442071838750", "country_closed"),
        ("0990123456", "number_not_allowed"),
        ("9999", "callee_unavailable"),
        ("09012345678", "no_line"),
    ],
)
def test_a_forward_opens_nothing(digits: str, reason: str) -> None:
    lines = Outgoing((out_line(),) if reason != "no_line" else ())
    directory = DirectoryInMemory(
        [forwarding("2000", 2, always=digits)], {"d2"}, out=lines, emergency=(out_line(),)
    )
    decision = dialled("2000", directory)
    assert isinstance(decision, Refuse)
    assert decision.reason == reason


def test_a_stopped_persons_forwarding_does_not_act() -> None:
    stopped = number("2000", 2, why_not="stopped", forwarding=Forwarding("3000", "3000", "3000", "3000"))
    decision = dialled("2000", DirectoryInMemory([stopped, number("3000", 3)], {"d2", "d3"}))
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (480, "callee_stopped")


def test_two_who_forward_to_each_other_are_no_circle() -> None:
    directory = DirectoryInMemory(
        [forwarding("2000", 2, always="3000"), forwarding("3000", 3, always="2000")], {"d2", "d3"}
    )
    decision = dialled("2000", directory)
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (480, "forward_loop")


def test_a_call_comes_to_five_numbers_and_no_more() -> None:
    chain = [forwarding(str(n), always=str(n + 1)) for n in range(2001, 2008)]
    decision = dialled("2001", DirectoryInMemory(chain))
    assert isinstance(decision, Refuse)
    assert decision.reason == "forward_loop"
    assert [step.key for step in decision.steps].count("number_is") == 5


def test_who_does_not_want_to_be_disturbed_is_480_at_once() -> None:
    quiet = number("2000", 2, do_not_disturb=True, forwarding=Forwarding(busy="3000", unregistered="3000"))
    decision = dialled("2000", DirectoryInMemory([quiet, number("3000", 3)], {"d2", "d3"}))
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (480, "callee_dnd")


def test_what_is_always_forwarded_goes_on_also_from_somebody_undisturbed() -> None:
    quiet = number("2000", 2, do_not_disturb=True, forwarding=Forwarding(always="3000"))
    assert logins(dialled("2000", DirectoryInMemory([quiet, number("3000", 3)], {"d2", "d3"}))) == ["d3"]


def test_a_department_leaves_out_members_who_are_not_to_be_disturbed() -> None:
    devices = (RingDevice(2, "d2", 2, do_not_disturb=True), RingDevice(3, "d3", 3))
    sales = Called("600", "department", 9, 60, True, None, devices)
    assert logins(dialled("600", DirectoryInMemory([sales], {"d2", "d3"}))) == ["d3"]
    alone = Called("600", "department", 9, 60, True, None, devices[:1])
    decision = dialled("600", DirectoryInMemory([alone], {"d2"}))
    assert isinstance(decision, Refuse)
    assert decision.reason == "callee_dnd"


def test_how_many_calls_a_device_may_have_comes_along() -> None:
    called = Called("2000", "person", 7, 60, True, None, (RingDevice(2, "d2", 7, max_calls=1),))
    decision = dialled("2000", DirectoryInMemory([called], {"d2"}))
    assert decision.targets[0].max_calls == 1  # type: ignore[union-attr]


places = st.sampled_from(
    ["", "2000", "2001", "2002", "600", "110", "09012345678", "+442071838750", "0990123456"]
)
people = st.lists(st.builds(Forwarding, places, places, places, places), min_size=3, max_size=3)
ready = st.sets(st.sampled_from(["d2", "d3", "d4", "d5"]))


@given(
    people, ready, st.booleans(), st.lists(st.sampled_from(["busy", "no_answer", "unregistered"]), max_size=6)
)
def test_however_people_forward_a_call_ends_and_opens_nothing(
    forwards: list[Forwarding], registered: set[str], has_line: bool, happens: list[str]
) -> None:
    numbers = [number(f"200{n}", n + 2, forwarding=forward) for n, forward in enumerate(forwards)]
    sales = number("600", 5, kind="department")
    lines = Outgoing((out_line(),) if has_line else ())
    directory = DirectoryInMemory([*numbers, sales], registered, out=lines, emergency=(out_line(),))
    decision = dialled("2000", directory)
    for what in happens:
        forward = getattr(decision, f"on_{what}", None)
        if forward is None:
            break
        assert isinstance(decision, Ring)
        decision = decide_next(Journey("a.test", 1, 1, decision.path), forward, directory)
    if isinstance(decision, Ring | Dial):
        assert len(set(decision.path)) == len(decision.path) <= 6
    if isinstance(decision, Dial):
        assert has_line
        assert (decision.number, decision.is_emergency) == ("09012345678", False)
