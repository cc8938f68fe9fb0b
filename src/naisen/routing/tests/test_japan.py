"""The number plan, and how carriers write numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naisen.routing.japan import (
    Kind,
    OutsideNumber,
    country_of,
    for_carrier,
    from_carrier,
    outside_number,
    ways_of_writing,
)


@pytest.mark.parametrize(
    ("dialled", "number", "kind"),
    [
        ("110", "110", Kind.EMERGENCY),
        ("117", "117", Kind.SERVICE),
        ("0312345678", "0312345678", Kind.FIXED),
        ("0112345678", "0112345678", Kind.FIXED),
        ("0361010123", "0361010123", Kind.FIXED),
        ("09010101010", "09010101010", Kind.MOBILE),
        ("05012345678", "05012345678", Kind.IP_PHONE),
        ("06012345678", "06012345678", Kind.MOBILE),
        ("07012345678", "07012345678", Kind.MOBILE),
        ("08012345678", "08012345678", Kind.MOBILE),
        ("09012345678", "09012345678", Kind.MOBILE),
        ("0120123456", "0120123456", Kind.TOLL_FREE),
        ("08001234567", "08001234567", Kind.TOLL_FREE),
        ("0570123456", "0570123456", Kind.NAVI),
        ("0990123456", "0990123456", Kind.PREMIUM),
        ("0033123456", "0033123456", Kind.CARRIER_CODE),
        ("010442071838750", "+442071838750", Kind.ABROAD),
        ("+14155552671", "+14155552671", Kind.ABROAD),
        ("+81312345678", "0312345678", Kind.FIXED),
        ("01081312345678", "0312345678", Kind.FIXED),
    ],
)
def test_the_plan(dialled: str, number: str, kind: Kind) -> None:
    assert outside_number(dialled) == OutsideNumber(number, kind)


@pytest.mark.parametrize(
    "dialled",
    [
        "",
        "0",
        "911",
        "1100",
        "031234567",
        "03123456789",
        "0901234567",
        "02012345678",
        "+81110",
        "+810",
        "0100442",
    ],
)
def test_what_is_no_number_of_the_plan(dialled: str) -> None:
    assert outside_number(dialled) is None


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+442071838750", "GB"),
        ("+14155552671", "US"),
        ("+12042345678", "CA"),
        ("+18765551234", "JM"),
        ("+79161234567", "RU"),
        ("+77012345678", "KZ"),
        ("+881612345678", "ZZ"),
        ("+1999999999", "ZZ"),
        ("+99999999", "ZZ"),
    ],
)
def test_countries_that_share_a_code_are_told_apart(number: str, country: str) -> None:
    assert country_of(number) == country


@pytest.mark.parametrize(
    ("user", "number"),
    [
        ("+81312345678", "0312345678"),
        ("81312345678", "0312345678"),
        ("0312345678", "0312345678"),
        ("8190123", "8190123"),
        ("+442071838750", "+442071838750"),
        ("anonymous", ""),
        ("", ""),
        ("0312345678;x", ""),
    ],
)
def test_what_carriers_send_is_written_our_way(user: str, number: str) -> None:
    assert from_carrier(user) == number


def test_carriers_get_numbers_written_their_way() -> None:
    assert for_carrier("0312345678", "national") == "0312345678"
    assert for_carrier("0312345678", "e164") == "+81312345678"
    assert for_carrier("+442071838750", "national") == "010442071838750"
    assert for_carrier("+442071838750", "e164") == "+442071838750"
    assert for_carrier("110", "e164") == "110"
    assert ways_of_writing("0312345678") == ("0312345678", "+81312345678")


@given(st.from_regex(r"(0|010|\+)[0-9]{5,14}", fullmatch=True), st.sampled_from(["national", "e164"]))
def test_a_number_comes_back_from_a_carrier_as_it_went(dialled: str, number_format: str) -> None:
    found = outside_number(dialled)
    if found and found.kind is not Kind.CARRIER_CODE:
        assert outside_number(for_carrier(found.number, number_format)) == found


def test_a_line_stored_with_its_country_code_is_shown_as_any_other() -> None:
    assert for_carrier("+81312345678", "national") == "0312345678"
    assert for_carrier("+81312345678", "e164") == "+81312345678"
