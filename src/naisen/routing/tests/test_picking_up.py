"""Who may take which ringing call (C-05)."""

import pytest

from naisen.routing import CallRequest, PickUp, Refuse, decide
from naisen.routing.tests.directory_in_memory import DirectoryInMemory, device, number

SALES = number("600", 2, kind="department")


def pick_up(digits: str, *rights: int) -> PickUp | Refuse:
    directory = DirectoryInMemory([SALES, number("2000", 2)], pickup=rights)
    decision = decide(CallRequest(device(1), digits), directory)
    assert isinstance(decision, PickUp | Refuse)
    return decision


def test_the_code_takes_a_call_of_the_persons_pickup_departments() -> None:
    decision = pick_up("*8", 7, 8)
    assert (decision.kind, decision.ids) == ("departments", (7, 8))  # type: ignore[union-attr]


def test_any_person_of_the_tenant_may_be_picked_up_by_extension() -> None:
    decision = pick_up("**2000")
    assert (decision.kind, decision.ids) == ("person", (7,))  # type: ignore[union-attr]


def test_a_departments_number_takes_the_right_to_it() -> None:
    decision = pick_up("**600", 7, 8)
    assert (decision.kind, decision.ids) == ("departments", (7,))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("digits", "rights", "code", "reason"),
    [
        ("*8", (), 403, "pickup_not_allowed"),
        ("**600", (8,), 403, "pickup_not_allowed"),
        ("**9999", (7,), 404, "unknown_number"),
        ("**", (7,), 404, "unknown_number"),
        ("*88", (7,), 404, "unknown_number"),
    ],
)
def test_other_calls_are_not_to_be_had(digits: str, rights: tuple[int, ...], code: int, reason: str) -> None:
    decision = pick_up(digits, *rights)
    assert isinstance(decision, Refuse)
    assert (decision.code, decision.reason) == (code, reason)
