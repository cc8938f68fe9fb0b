"""D-03 as a table, and what holds for every request whatever it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.routing import Called, CallRequest, Refuse, Ring, decide, decision_from_json, decision_to_json
from naisen.routing.reasons import REFUSALS, STEP_KEYS
from naisen.routing.tests.directory_in_memory import DirectoryInMemory, device, number


def decision_for(digits: str, directory: DirectoryInMemory, caller: int = 1, **more: object) -> Ring | Refuse:
    decision = decide(CallRequest(device(caller, **more), digits), directory)  # type: ignore[arg-type]
    assert isinstance(decision, Ring | Refuse), decision
    return decision


def test_every_registered_device_of_a_person_rings_at_once_for_the_persons_timeout() -> None:
    decision = decision_for("2000", DirectoryInMemory([number("2000", 2, 3, 4)], {"d2", "d4"}))
    assert isinstance(decision, Ring)
    assert [target.login for target in decision.targets] == ["d2", "d4"]
    assert (decision.timeout_s, decision.one_decline_ends) == (60, True)


def test_a_department_rings_its_members_and_one_decline_does_not_end_it() -> None:
    decision = decision_for("600", DirectoryInMemory([number("600", 2, 3, kind="department")], {"d2", "d3"}))
    assert isinstance(decision, Ring)
    assert (len(decision.targets), decision.one_decline_ends) == (2, False)


@pytest.mark.parametrize(
    "why", ["unassigned", "stopped", "password_not_yet", "reset", "cancelled", "tenant_closed"]
)
def test_a_caller_who_may_not_is_refused_403_before_anything_is_looked_up(why: str) -> None:
    directory = DirectoryInMemory([number("2000", 2)], {"d2"})
    decision = decision_for("2000", directory, why_not=why)
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (403, why)
    assert directory.asked == []


def test_a_device_that_waits_for_a_login_may_call_nobody() -> None:
    decision = decision_for("2000", DirectoryInMemory([number("2000", 2)], {"d2"}), login_only=True)
    assert (decision.code, decision.reason) == (403, "login_only")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "digits", ["9999", "", "2000;phone-context=x", "２０００", "2" * 33, "anonymous", "2000\n"]
)
def test_an_unknown_number_is_404(digits: str) -> None:
    decision = decision_for(digits, DirectoryInMemory([number("2000", 2)], {"d2"}))
    assert (decision.code, decision.reason) == (404, "unknown_number")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("called", "reason"),
    [
        (number("2000", 2, why_not="stopped"), "callee_stopped"),
        (number("2000", 2, why_not="dnd"), "callee_unavailable"),
        (number("2000"), "no_device"),
        (number("2000", 1), "only_own_device"),
        (number("2000", 3, 4), "not_registered"),
    ],
)
def test_a_callee_who_exists_but_cannot_ring_is_480(called: Called, reason: str) -> None:
    decision = decision_for("2000", DirectoryInMemory([called], {"d1", "d2"}))
    assert (decision.code, decision.reason) == (480, reason)  # type: ignore[union-attr]


def test_calling_ones_own_extension_rings_ones_other_devices() -> None:
    decision = decision_for("1000", DirectoryInMemory([number("1000", 1, 5)], {"d1", "d5"}))
    assert [target.login for target in decision.targets] == ["d5"]  # type: ignore[union-attr]


dialled = st.one_of(st.text(max_size=40), st.from_regex(r"[0-9*#+]{1,32}", fullmatch=True), st.just("2000"))
device_ids = st.lists(st.integers(1, 9), unique=True, max_size=9)


@given(dialled, device_ids, device_ids, st.sampled_from(["person", "department", "service"]))
def test_whatever_is_dialled_only_registered_devices_of_that_number_ring(
    digits: str, rings: list[int], registered: list[int], kind: str
) -> None:
    directory = DirectoryInMemory([number("2000", *rings, kind=kind)], {f"d{id}" for id in registered})
    decision = decision_for(digits, directory)
    assert {step.key for step in decision.steps} <= STEP_KEYS.keys()
    assert decision_from_json(json.loads(json.dumps(decision_to_json(decision)))) == decision
    if isinstance(decision, Ring):
        assert digits == "2000"
        assert {target.device_id for target in decision.targets} == (set(rings) & set(registered)) - {1}
    else:
        assert REFUSALS[decision.reason] == decision.code
