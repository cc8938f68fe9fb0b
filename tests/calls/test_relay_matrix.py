"""R2: nothing unauthenticated is relayed anywhere, whatever it claims (480 requests, and forged dialogs)."""

import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Message, Phone

METHODS = ("INVITE", "MESSAGE", "SUBSCRIBE", "REFER")
IN_DIALOG = (
    "INVITE",
    "BYE",
    "MESSAGE",
    "REFER",
    "INFO",
    "NOTIFY",
    "UPDATE",
    "PRACK",
    "OPTIONS",
    "ACK",
    "PUBLISH",
    "SUBSCRIBE",
)


@pytest.fixture
def third_party(edge: EdgeServer) -> Iterator[Phone]:
    """Somewhere outside, where nothing may arrive; registered devices are outside too."""
    with edge.phone("third-party", host="127.0.0.1") as phone:
        yield phone


def request_uris(outside: str, domain: str) -> tuple[str, ...]:
    return (
        f"sip:2000@{domain}",
        f"sip:0312345678@{domain}",
        f"sip:x@{outside}",
        f"sip:kmy00002@{domain}",
        "tel:+81312345678",
        f"sip:{outside};maddr=127.0.0.1",
    )


def froms(domain: str) -> tuple[str, ...]:
    return (
        f"<sip:kmy00001@{domain}>;tag=1",
        f'"110" <sip:2000@{domain}>;tag=1',
        "<tel:+81312345678>;tag=1",
        "<sip:anonymous@anonymous.invalid>;tag=1",
    )


def tricks(us: str, outside: str) -> tuple[dict[str, str], ...]:
    return (
        {},
        {"Route": f"<sip:{us};lr>"},
        {"Route": f"<sip:{us};lr>, <sip:{outside};lr>"},
        {"Route": f"<sip:{outside};lr>", "P-Asserted-Identity": "<sip:2000@kmy.cplus01.jp>"},
        {"To": f"<sip:x@{outside}>;tag=invented", "Route": f"<sip:{us};lr;did=1.2>"},
    )


def test_480_unauthenticated_requests_are_relayed_nowhere(
    edge: EdgeServer, third_party: Phone, figure: Callable[[str], None]
) -> None:
    domain, us = "kmy.cplus01.jp", f"{edge.address[0]}:{edge.address[1]}"
    outside = f"{third_party.address[0]}:{third_party.address[1]}"
    statuses: Counter[int] = Counter()
    with edge.phone("kmy00002") as callee, edge.phone("kmy00001") as attacker:
        assert callee.register().status == 200
        every = itertools.product(request_uris(outside, domain), froms(domain), tricks(us, outside), METHODS)
        for uri, from_, trick, method in every:
            headers = {"From": from_, "Event": "dialog"} | trick
            request = attacker.request(method, uri, headers=headers, body="v=0\r\n")
            statuses[attacker.ask(request).status] += 1
        assert third_party.receive(0.2) is None
        assert callee.receive(0.1) is None
    figure(f"480 unauthenticated requests are relayed nowhere: {dict(statuses)}")
    assert sum(statuses.values()) == 480
    assert not [status for status in statuses if status < 400 or status >= 500]


def test_requests_in_invented_dialogs_are_refused(edge: EdgeServer, third_party: Phone) -> None:
    us = f"{edge.address[0]}:{edge.address[1]}"
    outside = f"sip:x@{third_party.address[0]}:{third_party.address[1]}"
    with edge.phone("kmy00001") as attacker:
        for method in IN_DIALOG:
            headers = {"To": f"<{outside}>;tag=invented", "Route": f"<sip:{us};lr>", "Event": "dialog"}
            attacker.send(attacker.request(method, outside, headers=headers))
            answer = attacker.receive(0.3)
            # Whose subscription it may be is a question for those who have proved who they are.
            assert (answer.status if answer else None) == {"ACK": None, "SUBSCRIBE": 407}.get(method, 481)
        assert third_party.receive(0.2) is None


def test_a_known_dialog_is_no_way_out_either(edge: EdgeServer, third_party: Phone) -> None:
    """A caller of ours who turns the Request-URI or the Route of its own call to a stranger."""
    outside = f"sip:x@{third_party.address[0]}:{third_party.address[1]}"
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        call, ringing = established(caller, callee)
        for method in ("INVITE", "REFER", "INFO"):
            request = call.within(method)
            request.first = f"{method} {outside} SIP/2.0"
            caller.send(request)
            assert callee.expect_request(method).first.split()[1] == outside
            ringing.reply(488, request=Message("", callee.seen[-1].headers))
        away = call.within("INFO")
        away.headers.append(("Route", f"<{outside};lr>"))
        caller.send(away)
        callee.expect_request("INFO")
        assert third_party.receive(0.3) is None


def test_a_bye_with_wrong_tags_ends_no_call(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee, edge.phone("x") as attacker:
        call, ringing = established(caller, callee)
        bye = call.within("BYE")
        for old, new in ((call.invite.tag("From"), "guess1"), (ringing.tag, "guess2")):
            attacker.send(
                str(bye)
                .replace(old, new)
                .replace(bye["Via"], attacker.request("BYE", "sip:x")["Via"])
                .encode()
            )
            assert attacker.expect_status(481).status == 481
        assert callee.receive(0.2) is None
        assert edge.records(call.invite["Call-ID"], wait_s=0.2) == []
        assert call.hang_up(ringing).status == 200


def test_a_reply_to_nothing_goes_nowhere(edge: EdgeServer, third_party: Phone) -> None:
    us, outside = (f"{host}:{port}" for host, port in (edge.address, third_party.address))
    with edge.phone() as attacker:
        attacker.send(
            (
                f"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {us};branch=z9hG4bK1.0\r\nVia: SIP/2.0/UDP {outside};"
                f"branch=z9hG4bK2\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: {uuid.uuid4()}\r\n"
                "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
            ).encode()
        )
    assert third_party.receive(0.3) is None


def test_calls_go_where_the_phone_registered_from_whatever_its_contact_says(
    edge: EdgeServer, third_party: Phone
) -> None:
    """Else a device could register a carrier's or a victim's address and have calls sent there."""
    outside = f"<sip:0312345678@{third_party.address[0]}:{third_party.address[1]}>"
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        assert caller.register().status == 200
        assert callee.register(Contact=outside).status == 200
        call = caller.invite("2000")
        callee.expect_call()
        assert third_party.receive(0.2) is None
        call.cancel()


def test_requests_that_we_do_not_serve_are_refused_with_what_we_do(edge: EdgeServer) -> None:
    with edge.phone() as phone:
        for method in ("MESSAGE", "PUBLISH", "INFO", "BYE", "UPDATE", "FOO"):
            answer = phone.ask(phone.request(method, "sip:2000@kmy.cplus01.jp"))
            assert answer.status == 405
            assert "INVITE" in answer["Allow"]
        assert phone.ask(phone.request("OPTIONS", f"sip:{edge.address[0]}")).status == 200
        multipart = {"Content-Type": "multipart/mixed;boundary=x"}
        assert (
            phone.ask(
                phone.request("INVITE", "sip:2000@kmy.cplus01.jp", headers=multipart, body="--x--")
            ).status
            == 415
        )
        assert (
            phone.ask(
                phone.request("INVITE", "sip:2000@kmy.cplus01.jp", headers={"Max-Forwards": "0"})
            ).status
            == 483
        )
        extension = phone.ask(phone.register_request(Require="nothingSupportsThis"))
        assert (extension.status, extension["Unsupported"]) == (420, "nothingSupportsThis")
        versions = [phone.ask(phone.request("OPTIONS", "sip:127.0.0.1"))["Server"], extension["Server"]]
        assert versions == ["", ""], "no version to look an attack up for"


def test_a_flood_from_a_strange_address_costs_our_phones_nothing(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as phone, edge.phone("x", host="127.0.4.1") as stranger:
        assert phone.register().status == 200
        junk = str(stranger.request("OPTIONS", "sip:127.0.0.1"))
        for number in range(3000):
            stranger.send(junk.replace("z9hG4bK", f"z9hG4bK{number}").encode())
        assert phone.register().status == 200
        answered = 0
        while stranger.receive(0.1):
            answered += 1
        assert answered < 1000, "the stranger is ignored after a while"
        for _ in range(400):
            phone.send(phone.request("OPTIONS", "sip:127.0.0.1"))
        assert phone.register().status == 200, "our own phones are not, however many live at one address"


def established(caller: Phone, callee: Phone) -> tuple[Call, Call]:
    """A call that is up, seen from both sides."""
    assert caller.register().status == 200
    assert callee.register().status == 200
    call = caller.invite("2000")
    ringing = callee.expect_call()
    ringing.accept()
    call.expect_answer()
    ringing.expect_ack()
    return call, ringing
