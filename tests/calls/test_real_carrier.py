"""C-06 to C-08 with parts that other people wrote: a Kamailio as the carrier, baresip on both ends, and tones."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from naisen.phones.account import Account, ServerAddress
from naisen.phones.phone import Phone as Baresip
from naisen.phones.tone import listen
from tests.calls.carrier import NUMBER, REALM, USER, Carrier, ha1
from tests.calls.edge_server import EdgeServer
from tests.calls.outside_kamailio import HOST, OUTSIDE, OutsideKamailio
from tests.calls.test_real_phones import device
from tests.calls.waiting import wait_for

OURS_HZ, OTHERS_HZ, OUTSIDE_HZ = 500, 650, 800
TALK_S = 1.0


def heard_ms(phone: Baresip, tone_hz: int) -> int:
    """For how long the phone heard the tone in all of its calls."""
    return sum(listen(recording, tone_hz).tone_ms for recording in phone.recordings())


def outside_phones_server(carrier: OutsideKamailio) -> ServerAddress:
    """Where the telephone outside is registered: on TLS behind a carrier on TLS, since it speaks SRTP only there."""
    if carrier.transport == "tls":
        return ServerAddress(HOST, carrier.port, "tls")
    return ServerAddress(*carrier.address)


def is_registered(edge: EdgeServer, carrier: Carrier) -> bool:
    """Whether the carrier has accepted our registration."""
    state = "SELECT is_registered FROM lines_trunk_registration WHERE trunk_id = %s"
    return edge.sql(state, carrier.trunk_id) == [{"is_registered": True}]


def call_outside(caller: Baresip, outside: Baresip) -> None:
    """From the first tone to the end; the caller hangs up."""
    caller.dial(OUTSIDE)
    outside.wait_for("CALL_INCOMING")
    outside.answer()
    caller.wait_for("CALL_ESTABLISHED")
    time.sleep(TALK_S)
    caller.hang_up()
    outside.wait_for("CALL_CLOSED")


def call_from_outside(outside: Baresip, rung: tuple[Baresip, Baresip], *, callee_ends: bool) -> None:
    """The line rings both phones, and the second one answers."""
    since = len(outside.events)
    outside.dial(NUMBER)
    for phone in rung:
        phone.wait_for("CALL_INCOMING")
    callee = rung[1]
    callee.answer()
    outside.wait_for("CALL_ESTABLISHED", since=since)
    time.sleep(TALK_S)
    if callee_ends:
        callee.hang_up()
        outside.wait_for("CALL_CLOSED", since=since)
    else:
        outside.hang_up()
        callee.wait_for("CALL_CLOSED")


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_registering_carrier_both_ways_with_tones(
    edge: EdgeServer, tmp_path: Path, figure: Callable[[str], None], transport: str
) -> None:
    """田中 calls outside on his line, then outside calls the line: who hears whom, and what the carrier is shown."""
    server = ServerAddress(*edge.address)
    with contextlib.ExitStack() as stack:
        certificate = edge.start_links(HOST) if transport != "udp" else None
        outside_server = stack.enter_context(OutsideKamailio(edge.user, transport, certificate))
        columns = {"kind": "registering", "realm": REALM, "auth_user": USER, "auth_ha1": ha1()}
        carrier = stack.enter_context(
            Carrier(edge, host=HOST, port=outside_server.port, transport=transport, **columns)
        )
        wait_for(lambda: is_registered(edge, carrier), 15, outside_server.log)
        tanaka, suzuki = (
            stack.enter_context(Baresip(device(edge, login).account, server, tmp_path / login, tone_hz=hz))
            for login, hz in (("kmy00001", OURS_HZ), ("kmy00002", OTHERS_HZ))
        )
        outside = stack.enter_context(
            Baresip(
                Account(OUTSIDE, HOST, "none"),
                outside_phones_server(outside_server),
                tmp_path / "outside",
                tone_hz=OUTSIDE_HZ,
            )
        )
        for phone in (tanaka, suzuki, outside):
            phone.register()
            phone.wait_for("REGISTER_OK")
        call_outside(tanaka, outside)
        assert f"shown {NUMBER} asserted sip:{NUMBER}@" in outside_server.log()
        call_from_outside(outside, (tanaka, suzuki), callee_ends=transport == "udp")
        time.sleep(0.3)
    heard = {
        "outside heard 田中": heard_ms(outside, OURS_HZ),
        "outside heard 鈴木": heard_ms(outside, OTHERS_HZ),
        "田中 heard outside": heard_ms(tanaka, OUTSIDE_HZ),
        "鈴木 heard outside": heard_ms(suzuki, OUTSIDE_HZ),
    }
    figure(f"through a Kamailio as carrier, {TALK_S:g} s each: {heard} (ms)")
    assert min(heard.values()) > 500 * TALK_S
    assert heard_ms(tanaka, OTHERS_HZ) == heard_ms(suzuki, OURS_HZ) == 0
    wanted = ("direction", "result", "hung_up_by", "answered_device_id")
    assert [tuple(row[name] for name in wanted) for row in edge.test_records(2)] == [
        ("outbound", "answered", "caller", None),
        ("inbound", "answered", "callee" if transport == "udp" else "caller", 2),
    ]
