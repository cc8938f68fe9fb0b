"""Record-Route as Kamailio's rr, dialog and uac write and read it."""

import pytest

from naisen.edge.record_route import Passed, both, record_route
from naisen.edge.stored_dialog import callees_route


def test_each_side_has_its_address_and_both_know_of_each_other() -> None:
    passed = Passed("4f9c", (0x665, 0x1F50), ())
    assert record_route(["192.0.2.1:5060", "192.0.2.1:5061;transport=tls"], passed, "secret") == (
        "Record-Route: <sip:192.0.2.1:5060;r2=on;ftag=4f9c;did=566.05f1;lr=on>\r\n"
        "Record-Route: <sip:192.0.2.1:5061;transport=tls;r2=on;ftag=4f9c;did=566.05f1;lr=on>\r\n"
    )
    assert record_route(["192.0.2.1:5060"], Passed("", None, ()), "secret") == (
        "Record-Route: <sip:192.0.2.1:5060;lr=on>\r\n"
    )


def test_either_uri_gives_the_other_one() -> None:
    """As uac's replace.c has it: XOR of both and of the password, then base64 with - for =."""
    hidden = both("sip:a@x", "sip:long@y", "key")
    assert hidden == "a2V5a2hWfQI5Eg--"
    assert both("", "", "key") == ""


@pytest.mark.parametrize(
    ("record_routes", "way"),
    [
        ("", None),
        ("<sip:us;lr=on>", None),
        ("<sip:us;r2=on;lr=on>,<sip:us;r2=on;lr=on>,<sip:callers.example;lr>", None),
        ("<sip:near.example;lr>, <sip:us;lr=on>, <sip:callers.example;lr>", "<sip:near.example;lr>"),
        ("<sip:far.example;lr>,<sip:near.example;lr>,<sip:us>", "<sip:near.example;lr>,<sip:far.example;lr>"),
    ],
)
def test_the_way_to_the_callee_is_what_stands_above_ours(record_routes: str, way: str | None) -> None:
    assert callees_route(record_routes, lambda uri: uri.startswith("sip:us")) == way
