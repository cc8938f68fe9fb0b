"""Record-Route as Kamailio's rr, dialog and uac write and read it."""

from naisen.edge.record_route import Passed, both, record_route


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
