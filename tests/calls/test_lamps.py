"""Lamps (BLF, RFC 4235) and messages (RFC 3842): a phone is told of a colleague's calls, and of nobody else's."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.lamp_watcher import Lamp
from tests.calls.sip_client import Call, Message, Phone
from tests.calls.sip_client.streams import TcpPhone, TlsPhone, WssPhone
from tests.calls.waiting import wait_for

KMY, MINATO = "kmy.cplus01.jp", "minato.cplus01.jp"


@pytest.fixture
def two(edge: EdgeServer) -> Iterator[tuple[Phone, Phone]]:
    """田中's (1000) and 鈴木's (2000) phones, registered."""
    with edge.phone("kmy00001") as tanaka, edge.phone("kmy00002") as suzuki:
        for phone in (tanaka, suzuki):
            assert phone.register().status == 200
        yield tanaka, suzuki


def answered(call: Call, ringing: Call) -> None:
    """The called phone answers."""
    ringing.accept()
    assert call.expect_answer().status == 200
    ringing.expect_ack()


def give_up(call: Call, ringing: Call) -> None:
    """The caller hangs up before anybody has answered."""
    ringing.ring()
    call.phone.expect_status(180)
    call.cancel()
    ringing.expect_cancel()


def stored(edge: EdgeServer) -> int:
    """How many subscriptions the database has."""
    return int(edge.sql("SELECT count(*) AS n FROM edge.subscription")[0]["n"])


def test_lamps_follow_a_call_from_ringing_to_its_end(
    edge: EdgeServer, two: tuple[Phone, Phone], figure: Callable[[str], None]
) -> None:
    tanaka, suzuki = two
    with edge.phone("kmy00003") as third, edge.phone("kmy00003") as same, contextlib.ExitStack() as lamps:
        callee, caller = (
            lamps.enter_context(Lamp(phone, number)) for phone, number in ((third, "2000"), (same, "1000"))
        )
        assert (callee.shows, caller.shows) == ([], [])
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        began = time.monotonic()
        assert (callee.next_shows(), caller.next_shows()) == (
            [("recipient", "early")],
            [("initiator", "early")],
        )
        seen_after_s = time.monotonic() - began
        assert callee.remote == ("田中", "sip:1000@kmy.cplus01.jp"), "who calls: to be shown, and picked up"
        assert caller.remote == (None, "sip:2000@kmy.cplus01.jp")
        answered(call, ringing)
        assert (callee.next_shows(), caller.next_shows()) == (
            [("recipient", "confirmed")],
            [("initiator", "confirmed")],
        )
        assert callee.remote == (None, None), "with whom somebody talks is nobody's business"
        call.hang_up(ringing)
        assert (callee.next_shows(), caller.next_shows()) == (
            [("recipient", "terminated")],
            [("initiator", "terminated")],
        )
        for lamp in (callee, caller):
            documents = [re.search(r'version="(\d+)" state="full"', one.body) for one in lamp.seen]
            assert [one and one[1] for one in documents] == ["0", "1", "2", "3"]
            assert [one["CSeq"] for one in lamp.seen] == [f"{n} NOTIFY" for n in (1, 2, 3, 4)]
    figure(f"two lamps showed a ringing call after {seen_after_s:.2f} s")
    assert seen_after_s < 1.0


def test_a_call_that_nobody_answers_and_a_departments(edge: EdgeServer, two: tuple[Phone, Phone]) -> None:
    tanaka, suzuki = two
    with edge.phone("kmy00003") as third, Lamp(third, "100") as department:
        call = tanaka.invite("100")
        ringing = suzuki.expect_call()
        assert department.next_shows() == [("recipient", "early")]
        give_up(call, ringing)
        assert department.next_shows() == [("recipient", "terminated")]
        department.renew()
        assert department.next_shows() == [], "what has ended is told once"


def test_the_key_of_a_blinking_lamp_takes_the_call(edge: EdgeServer, two: tuple[Phone, Phone]) -> None:
    tanaka, suzuki = two
    with edge.phone("kmy00003") as third, edge.phone("kmy00003") as display, Lamp(display, "2000") as lamp:
        assert third.register().status == 200
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        ringing.ring()
        assert lamp.next_shows() == [("recipient", "early")]
        assert third.invite("**2000").expect_answer().status == 487
        taken = third.expect_call()
        answered(call, taken)
        ringing.expect_cancel()
        assert lamp.next_shows() == [("recipient", "terminated")], "2000 does not talk: 3000 does"
        with Lamp(suzuki, "3000") as other:
            assert other.shows == [("recipient", "confirmed")]
        assert call.hang_up(taken).status == 200


def test_it_is_told_where_it_asked_from_whatever_its_contact_says(edge: EdgeServer) -> None:
    """A phone behind a NAT; and nobody can have NOTIFYs sent to a third party."""
    with edge.phone("nobody") as victim, edge.phone("kmy00003") as phone:
        elsewhere = f"<sip:kmy00003@{victim.address[0]}:{victim.address[1]}>"
        with Lamp(phone, "2000", headers={"Contact": elsewhere}) as lamp:
            assert lamp.notify.first.split()[1] == elsewhere.strip("<>")
            assert victim.receive(0.1) is None


def test_any_of_a_persons_phones_counts_and_a_call_that_is_up_is_seen_at_once(
    edge: EdgeServer, two: tuple[Phone, Phone]
) -> None:
    tanaka, suzuki = two
    edge.sql("UPDATE devices_device SET person_id = 2 WHERE login = 'kmy00003'")
    try:
        with edge.phone("kmy00003") as second:
            assert second.register().status == 200
            call = second.invite("1000")
            ringing = tanaka.expect_call()
            answered(call, ringing)
            with edge.phone("kmy00001") as watcher, Lamp(watcher, "2000") as lamp:
                assert lamp.shows == [("initiator", "confirmed")]
                other = tanaka.invite("2000")
                other_ringing = suzuki.expect_call()
                assert sorted(lamp.next_shows()) == [("initiator", "confirmed"), ("recipient", "early")]
                second.expect_call().refuse(486)
                give_up(other, other_ringing)
                assert sorted(lamp.next_shows())[1] == ("recipient", "terminated")
                call.hang_up(ringing)
                assert lamp.next_shows() == [("initiator", "terminated")]
    finally:
        edge.sql("UPDATE devices_device SET person_id = 3 WHERE login = 'kmy00003'")


def test_what_may_not_be_watched(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as ours, edge.phone("minato00001") as other:
        for phone, number in ((ours, "4711"), (ours, "*8"), (ours, "09012345678"), (other, "3000")):
            assert Lamp(phone, number).subscribe().status == 404
        foreign = Lamp(ours, "1000").request(300)
        foreign.first = f"SUBSCRIBE sip:1000@{MINATO} SIP/2.0"
        assert ours.ask_with_credentials(foreign).status == 404
        unknown = Lamp(ours, "2000", event="presence").subscribe()
        assert (unknown.status, unknown["Allow-Events"]) == (489, "dialog, message-summary")
        brief = Lamp(ours, "2000").subscribe(1)
        assert (brief.status, brief["Min-Expires"]) == (423, "2")
        assert Lamp(ours, "2000", headers={"Accept": "application/pidf+xml"}).subscribe().status == 406
        assert Lamp(ours, "2000", headers={"Contact": "<sip:a@b>, <sip:c@d>"}).subscribe().status == 400
        assert stored(edge) == 0


def test_who_may_not_watch(edge: EdgeServer) -> None:
    with edge.phone("kmy00001", password="wrong") as guesser, edge.phone("kmy00002") as phone:
        assert Lamp(guesser, "2000").subscribe().status == 407
        assert edge.failures("kmy00001") == {"wrong_password": 1}
        edge.sql("UPDATE people_person SET stopped_at = now() WHERE id = 2")
        stopped = Lamp(phone, "1000").subscribe()
        assert (stopped.status, stopped.first) == (403, "SIP/2.0 403 Person Stopped")
        assert stored(edge) == 0


def test_renewing_ending_and_fetching(edge: EdgeServer) -> None:
    with edge.phone("kmy00003") as phone, edge.phone("kmy00002") as stranger, Lamp(phone, "2000") as lamp:
        assert lamp.renew(120)["Expires"] == "120"
        assert re.search(r"active;expires=1[12]\d", lamp.next()["Subscription-State"])
        theirs = Lamp(stranger, "2000")
        headers = [(name, value.replace("kmy00003", "kmy00002")) for name, value in lamp.answer.headers]
        theirs.answer = Message(lamp.answer.first, headers)
        assert theirs.renew().status == 481
        assert lamp.renew(0).status == 200
        assert lamp.next()["Subscription-State"] == "terminated;reason=timeout"
        assert lamp.renew().status == 481
        wait_for(lambda: stored(edge) == 0, 2)
        fetched = Lamp(phone, "2000")
        assert fetched.subscribe(0)["Expires"] == "0"
        assert fetched.next()["Subscription-State"] == "terminated;reason=timeout"
        assert stored(edge) == 0


def test_it_expires_and_a_phone_that_has_forgotten_it_is_left_alone(
    edge: EdgeServer, two: tuple[Phone, Phone]
) -> None:
    tanaka, suzuki = two
    with edge.phone("kmy00003") as phone, edge.phone("kmy00003") as forgetful:
        short, forgotten = Lamp(phone, "2000"), Lamp(forgetful, "1000")
        assert short.subscribe(2).status == forgotten.subscribe().status == 200
        short.next()
        forgotten.next()
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        forgotten.notify = forgetful.expect_request("NOTIFY")
        forgotten.reply(481)
        give_up(call, ringing)
        assert forgetful.receive(0.5) is None
        phone.expect(lambda m: m["Subscription-State"] == "terminated;reason=timeout", 5)
        wait_for(lambda: stored(edge) == 0, 2)


def test_a_number_that_is_somebody_elses_now_must_be_asked_for_anew(edge: EdgeServer) -> None:
    change = "UPDATE numbering_number SET digits = %s WHERE digits = %s AND tenant_id = 1"
    with edge.phone("kmy00003") as phone, Lamp(phone, "2000") as lamp:
        edge.sql(change, "2999", "2000")
        try:
            edge.sql("""NOTIFY edge_drop, '{"login": "nobody", "domain": "nowhere"}'""")  # or 15 s later
            assert lamp.next()["Subscription-State"] == "terminated;reason=deactivated"
            assert Lamp(phone, "2000").subscribe().status == 404
        finally:
            edge.sql(change, "2000", "2999")


def test_a_device_without_a_person_loses_its_lamps(edge: EdgeServer) -> None:
    with edge.phone("kmy00003") as phone, Lamp(phone, "2000") as lamp:
        edge.sql("UPDATE devices_device SET person_id = NULL WHERE login = 'kmy00003'")
        try:
            assert lamp.next()["Subscription-State"] == "terminated;reason=rejected"
            assert lamp.renew().status == 403
        finally:
            edge.sql("UPDATE devices_device SET person_id = 3 WHERE login = 'kmy00003'")
        wait_for(lambda: stored(edge) == 0, 2)


@pytest.mark.parametrize("kind", [TcpPhone, TlsPhone, WssPhone])
def test_phones_on_a_connection_are_told_on_it(
    edge: EdgeServer, two: tuple[Phone, Phone], kind: type[TcpPhone]
) -> None:
    tanaka, suzuki = two
    with edge.stream_phone(kind, "kmy00003") as phone, Lamp(phone, "2000") as lamp:
        assert f"transport={kind.transport.lower()}" in lamp.answer["Contact"]
        assert lamp.notify["Contact"] == lamp.answer["Contact"]
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        assert lamp.next_shows() == [("recipient", "early")]
        give_up(call, ringing)
        assert lamp.next_shows() == [("recipient", "terminated")]


def test_lamps_are_right_after_kamailio_was_killed_and_while_the_database_is_away(
    edge: EdgeServer, two: tuple[Phone, Phone], figure: Callable[[str], None]
) -> None:
    tanaka, suzuki = two
    with edge.phone("kmy00003") as third, edge.phone("kmy00003") as same, contextlib.ExitStack() as lamps:
        busy, idle = (
            lamps.enter_context(Lamp(phone, number)) for phone, number in ((third, "2000"), (same, "3000"))
        )
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        answered(call, ringing)
        while busy.next_shows() != [("recipient", "confirmed")]:
            pass
        before = [int(lamp.document.get("version", "")) for lamp in (busy, idle)]
        connected, killed = edge.database_connections(), time.monotonic()
        edge.restart_kamailio()
        assert busy.next_shows() == [("recipient", "confirmed")]
        figure(f"a lamp was right {time.monotonic() - killed:.2f} s after Kamailio was killed")
        assert idle.next_shows() == []
        for lamp, version in zip((busy, idle), before, strict=True):
            assert int(lamp.document.get("version", "")) > version
            assert int(lamp.seen[-1]["CSeq"].split()[0]) > int(lamp.seen[-2]["CSeq"].split()[0])
        # A process that begins without the database ends, and Kamailio with it, for the runtime to start again.
        wait_for(lambda: edge.database_connections() >= connected, 5)
        edge.cluster.stop()
        try:
            call.hang_up(ringing)
            assert busy.next_shows() == [("recipient", "terminated")]
            assert third.ask_with_credentials(busy.request(300)).status == 503
        finally:
            edge.cluster.serve()
        wait_for(lambda: busy.renew().status == 200, 3)
        assert busy.next_shows() == []


def test_a_call_that_ended_just_before_a_kill_stays_ended(edge: EdgeServer, two: tuple[Phone, Phone]) -> None:
    """Its row has gone with the record: else Kamailio would take it for a call that is up."""
    tanaka, suzuki = two
    with edge.phone("kmy00003") as third, Lamp(third, "2000") as lamp:
        call = tanaka.invite("2000")
        ringing = suzuki.expect_call()
        answered(call, ringing)
        while lamp.next_shows() != [("recipient", "confirmed")]:
            pass
        call.hang_up(ringing)
        assert lamp.next_shows() == [("recipient", "terminated")]
        assert len(edge.records(call.invite["Call-ID"])) == 1
        edge.restart_kamailio()
        assert lamp.next_shows() == []
        assert edge.rpc("dlg.list") == []
        held = {
            one["name"]: one["value"] for row in edge.rpc("htable.dump", "calls_held") for one in row["slot"]
        }
        assert set(held.values()) <= {0}
        assert len(edge.records(call.invite["Call-ID"])) == 1


def test_a_phone_that_comes_back_on_another_connection_is_told_there(
    edge: EdgeServer, two: tuple[Phone, Phone]
) -> None:
    with edge.stream_phone(TcpPhone, "kmy00003") as first:
        assert first.register().status == 200
        lamp = Lamp(first, "2000")
        assert lamp.subscribe().status == 200
        lamp.next()
    with edge.stream_phone(TcpPhone, "kmy00003") as second:
        assert second.register().status == 200
        call = two[0].invite("2000")
        ringing = two[1].expect_call()
        lamp.phone = second
        assert lamp.next_shows(6) == [("recipient", "early")]
        give_up(call, ringing)
        lamp.next()
        lamp.unsubscribe()


def test_messages_that_wait(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as phone:
        for number in ("kmy00001", "1000"):
            with Lamp(phone, number, event="message-summary") as lamp:
                assert lamp.notify["Event"] == "message-summary"
                assert lamp.notify["Content-Type"] == "application/simple-message-summary"
                assert lamp.notify.body.splitlines() == [
                    "Messages-Waiting: no",
                    "Message-Account: sip:1000@kmy.cplus01.jp",
                    "Voice-Message: 0/0 (0/0)",
                ]
        assert Lamp(phone, "2000", event="message-summary").subscribe().status == 403


def test_options_say_what_we_can_do_and_never_who_is_there(
    edge: EdgeServer, two: tuple[Phone, Phone]
) -> None:
    with edge.phone("nobody", host="127.0.4.2") as stranger:
        answers = []
        for uri in (
            f"sip:2000@{KMY}",
            f"sip:4711@{KMY}",
            f"sip:{edge.address[0]}",
            "sip:1000@elsewhere.invalid",
        ):
            answer = stranger.ask(stranger.request("OPTIONS", uri))
            answers.append((answer.status, [h for h in answer.headers if h[0].startswith(("A", "S"))]))
        assert answers == answers[:1] * 4
        status, headers = answers[0]
        given = dict(headers)
        assert (status, given["Accept"], given["Supported"]) == (200, "application/sdp", "replaces")
        assert given["Allow-Events"] == "dialog, message-summary"
        assert {"INVITE", "SUBSCRIBE", "REFER", "OPTIONS"} <= set(given["Allow"].split(", "))
        demanding = stranger.request(
            "OPTIONS", f"sip:{edge.address[0]}", headers={"Require": "replaces, path"}
        )
        refused = stranger.ask(demanding)
        assert (refused.status, refused["Unsupported"]) == (420, "path")
    tanaka, suzuki = two
    call = tanaka.invite("2000")
    ringing = suzuki.expect_call()
    answered(call, ringing)
    tanaka.send(call.within("OPTIONS"))
    asked = suzuki.expect_request("OPTIONS")
    ringing.reply(200, request=asked, headers={"X-From": "the phone itself"})
    assert tanaka.expect_status(200, method="OPTIONS")
    assert call.hang_up(ringing).status == 200
