"""Calls to outside: lines, number plan, emergency, countries, hiding, the day's money (C-07, C-12, D-02)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.routing import STEP_KEYS, CallRequest, Decision, Dial, Outgoing, Rate, Refuse, decide
from naisen.routing.tests.directory_in_memory import DirectoryInMemory, device, number, out_line

TWO_LINES = Outgoing((out_line(1), out_line(2, is_default=False, number_format="e164")))
MOBILE = Rate("携帯電話", 60, "17.5")


def dialled(digits: str, directory: DirectoryInMemory, **caller: object) -> Decision:
    return decide(CallRequest(device(1, **caller), digits), directory)  # type: ignore[arg-type]


def dial(digits: str, directory: DirectoryInMemory, **caller: object) -> Dial:
    decision = dialled(digits, directory, **caller)
    assert isinstance(decision, Dial), decision
    return decision


def refusal(digits: str, directory: DirectoryInMemory, **caller: object) -> tuple[int, str]:
    decision = dialled(digits, directory, **caller)
    assert isinstance(decision, Refuse), decision
    return decision.code, decision.reason


def test_a_call_goes_out_on_the_default_line_with_its_number() -> None:
    found = dial("0398765432", DirectoryInMemory(out=TWO_LINES))
    assert (found.line_id, found.trunk_id, found.number) == (1, 5, "0398765432")
    assert (found.shown_number, found.is_hidden, found.country) == ("0312345671", False, "")


def test_a_prefix_chooses_another_allowed_line_whose_carrier_writes_numbers_its_own_way() -> None:
    found = dial("*90020398765432", DirectoryInMemory(out=TWO_LINES))
    assert (found.line_id, found.number, found.shown_number) == (2, "+81398765432", "+81312345672")


@pytest.mark.parametrize("digits", ["*90030398765432", "*90090398765432"])
def test_a_line_that_is_not_the_persons_is_403(digits: str) -> None:
    assert refusal(digits, DirectoryInMemory(out=TWO_LINES)) == (403, "line_not_allowed")


def test_without_a_default_line_there_is_none() -> None:
    only_by_prefix = Outgoing((out_line(1, is_default=False),))
    assert refusal("0398765432", DirectoryInMemory(out=only_by_prefix)) == (403, "no_line")
    assert dial("*90010398765432", DirectoryInMemory(out=only_by_prefix)).line_id == 1


def test_a_line_without_a_carrier_cannot_be_called_on() -> None:
    unplugged = DirectoryInMemory(out=Outgoing((out_line(trunk_id=None),)))
    assert refusal("0398765432", unplugged) == (480, "line_without_trunk")


@pytest.mark.parametrize(
    ("digits", "is_hidden", "called"),
    [
        ("1840398765432", True, "0398765432"),
        ("1860398765432", False, "0398765432"),
        ("184*90010398765432", True, "0398765432"),
        ("*90011840398765432", True, "0398765432"),
    ],
)
def test_184_hides_the_number_and_186_shows_it(digits: str, is_hidden: bool, called: str) -> None:
    found = dial(digits, DirectoryInMemory(out=TWO_LINES))
    assert (found.is_hidden, found.number, found.shown_number) == (is_hidden, called, "0312345671")


def test_an_extension_that_begins_like_184_is_an_extension() -> None:
    directory = DirectoryInMemory([number("1842", 2), number("2", 3)], {"d2", "d3"})
    decision = dialled("1842", directory)
    assert [target.login for target in decision.targets] == ["d2"]  # type: ignore[union-attr]


def test_184_before_an_extension_hides_the_callers_number_inside() -> None:
    decision = dialled("1842000", DirectoryInMemory([number("2000", 2)], {"d2"}))
    assert decision.is_hidden  # type: ignore[union-attr]


@pytest.mark.parametrize("digits", ["110", "118", "119", "184110", "186119", "*9002119"])
@pytest.mark.parametrize("why_not", [None, "tenant_closed"])
def test_emergency_numbers_go_out_whatever_limits_there_are(digits: str, why_not: str | None) -> None:
    spent = Outgoing((), yen_per_day=1, spent_yen=9)
    extensions = [number(taken, 2) for taken in ("110", "118", "119", "184110")]
    directory = DirectoryInMemory(extensions, {"d2"}, out=spent, emergency=(out_line(1), out_line(2)))
    found = dial(digits, directory, why_not=why_not, emergency_only=why_not is not None)
    assert (found.is_emergency, found.rate, found.number) == (True, None, digits[-3:])
    assert found.line_id == (2 if digits.startswith("*9") else 1)


@pytest.mark.parametrize("why", ["stopped", "unassigned", "reset", "password_not_yet", "tenant_closed"])
def test_whoever_may_not_call_may_not_call_the_police_either(why: str) -> None:
    assert refusal("110", DirectoryInMemory(emergency=(out_line(),)), why_not=why) == (403, why)


def test_a_suspended_tenant_calls_nobody_else() -> None:
    directory = DirectoryInMemory([number("2000", 2)], {"d2"}, out=TWO_LINES)
    for digits in ("2000", "0398765432", "*8", "117"):
        assert refusal(digits, directory, why_not="tenant_closed", emergency_only=True) == (
            403,
            "tenant_suspended",
        )


def test_a_device_that_waits_for_a_login_calls_nobody_outside() -> None:
    directory = DirectoryInMemory(out=TWO_LINES, emergency=(out_line(),))
    for digits in ("110", "0398765432"):
        assert refusal(digits, directory, login_only=True, person_id=None) == (403, "login_only")


def test_an_emergency_call_from_a_tenant_without_lines_is_refused() -> None:
    assert refusal("119", DirectoryInMemory()) == (403, "no_line")


@pytest.mark.parametrize("digits", ["0990123456", "0033123456789", "0077123456"])
def test_numbers_that_nobody_may_call(digits: str) -> None:
    assert refusal(digits, DirectoryInMemory(out=TWO_LINES)) == (403, "number_not_allowed")


@pytest.mark.parametrize(
    ("digits", "country"),
    [("010442071838750", "GB"), ("+442071838750", "GB"), ("01014155552671", "US"), ("+18765551234", "JM")],
)
def test_abroad_is_closed_until_the_country_is_opened(digits: str, country: str) -> None:
    assert refusal(digits, DirectoryInMemory(out=TWO_LINES)) == (403, "country_closed")
    wrong = Outgoing(TWO_LINES.lines, allowed_countries=("FR",))
    assert refusal(digits, DirectoryInMemory(out=wrong)) == (403, "country_closed")
    opened = Outgoing(TWO_LINES.lines, allowed_countries=("FR", country))
    assert dial(digits, DirectoryInMemory(out=opened)).country == country


def test_japan_by_its_country_code_is_not_abroad() -> None:
    for digits in ("+81398765432", "01081398765432"):
        assert dial(digits, DirectoryInMemory(out=TWO_LINES)).number == "0398765432"


def test_the_days_money_ends_calls_that_cost_something() -> None:
    cap = Outgoing(TWO_LINES.lines, yen_per_day=1000, spent_yen=1000, rate=MOBILE)
    assert refusal("09012345678", DirectoryInMemory(out=cap)) == (403, "yen_per_day_reached")
    below = Outgoing(TWO_LINES.lines, yen_per_day=1000, spent_yen=999, rate=MOBILE)
    assert dial("09012345678", DirectoryInMemory(out=below)).rate == MOBILE
    free = Outgoing(TWO_LINES.lines, yen_per_day=1000, spent_yen=1000, rate=Rate("フリーダイヤル", 60, "0"))
    assert dial("0120123456", DirectoryInMemory(out=free)).number == "0120123456"


@pytest.mark.parametrize(
    "digits", ["0398765", "039876543210", "9" * 20, "*9", "*9001", "*7", "+81", "010", "184"]
)
def test_what_is_no_number_is_404(digits: str) -> None:
    assert refusal(digits, DirectoryInMemory(out=TWO_LINES)) == (404, "unknown_number")


anything = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"(184|186)?(\*9[0-9]{3})?(184|186)?\+?[0-9*#]{1,20}", fullmatch=True),
    st.from_regex(r"(010|\+)[1-9][0-9]{5,14}", fullmatch=True),
    st.sampled_from(["110", "*8", "**2000", "2000", "0398765432", "09012345678"]),
)
whys = st.sampled_from(
    [None, "stopped", "unassigned", "reset", "cancelled", "tenant_closed", "tenant_suspended"]
)


@given(anything, whys, st.sampled_from([1, None]), st.booleans())
def test_nobody_dials_out_who_may_not_and_abroad_is_closed(
    digits: str, why_not: str | None, person_id: int | None, has_lines: bool
) -> None:
    directory = DirectoryInMemory(
        [number("2000", 2)],
        {"d2"},
        out=TWO_LINES if has_lines else Outgoing(()),
        emergency=(out_line(),),
        pickup=(3,),
    )
    suspended = why_not == "tenant_suspended"
    decision = dialled(
        digits,
        directory,
        why_not=why_not,
        person_id=person_id,
        login_only=person_id is None,
        emergency_only=suspended,
    )
    for step in decision.steps:
        assert tuple(name for name, _value in step.values) == STEP_KEYS[step.key]
    if isinstance(decision, Dial):
        assert person_id is not None
        assert decision.country == ""
        assert decision.is_emergency or (why_not is None and has_lines)
        assert why_not in (None, "tenant_suspended")
    if why_not not in (None, "tenant_suspended"):
        assert isinstance(decision, Refuse)
