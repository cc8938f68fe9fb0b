"""What the TLS front asks of Kamailio's configuration and of rtpengine."""

import pytest

from naisen.edge.config import EdgeSettings, FrontSockets, python_settings, render
from naisen.edge.media_flags import ANSWER, offer_flags

FRONT = FrontSockets(11, 12, 13, "192.0.2.1:5061", "192.0.2.1:443")


def settings(front: FrontSockets | None) -> EdgeSettings:
    database, relay = "postgresql://edge@/naisen?host=/run", "127.0.0.1:2223"
    return EdgeSettings("192.0.2.1", 5060, database, relay, "/run", ("/src",), front=front)


def test_tcp_is_listened_for_on_loopback_alone() -> None:
    lines = [line for line in render(settings(FRONT)).splitlines() if line.startswith("listen=")]
    assert lines == [
        "listen=udp:192.0.2.1:5060",
        'listen=tcp:127.0.0.1:11 advertise 192.0.2.1:5060 name "tcp"',
        'listen=tcp:127.0.0.1:12 advertise 192.0.2.1:5061 name "tls"',
        'listen=tcp:127.0.0.1:13 advertise 192.0.2.1:443 name "wss"',
    ]


def test_without_a_front_there_is_udp_alone() -> None:
    text = render(settings(None))
    assert "listen=tcp" not in text
    assert "disable_tcp=yes" in text


def test_each_transport_has_its_address() -> None:
    assert python_settings(settings(FRONT))["addresses"] == {
        "udp": "192.0.2.1:5060",
        "tcp": "192.0.2.1:5060",
        "tls": "192.0.2.1:5061",
        "wss": "192.0.2.1:443",
    }


@pytest.mark.parametrize(
    ("transport", "profile", "ice"),
    [
        ("udp", "RTP/AVP", "remove"),
        ("tcp", "RTP/AVP", "remove"),
        ("tls", "RTP/SAVP", "remove"),
        ("wss", "UDP/TLS/RTP/SAVPF", "force"),
    ],
)
def test_a_phone_is_offered_what_it_speaks(transport: str, profile: str, ice: str) -> None:
    words = offer_flags(transport).split()
    assert f"transport-protocol={profile}" in words
    assert f"ICE={ice}" in words
    assert "via-branch=auto-next" in words


def test_an_answer_is_given_as_it_was_asked_for() -> None:
    assert "transport-protocol" not in ANSWER
    assert "ICE" not in ANSWER
