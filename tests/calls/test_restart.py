"""What survives: Kamailio killed in the middle of a call, the database away at its end (R4, rule 9)."""

import time
from collections.abc import Callable

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Call, Phone
from tests.calls.waiting import wait_for


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


def test_a_call_outlives_a_kill_of_the_main_process(edge: EdgeServer, figure: Callable[[str], None]) -> None:
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        call, ringing = established(caller, callee)
        killed = time.monotonic()
        edge.restart_kamailio()
        gap = time.monotonic() - killed
        time.sleep(1)
        assert ringing.hang_up(call).status == 200
    (record,) = edge.records(call.invite["Call-ID"])
    assert (record["result"], record["hung_up_by"], record["answered_device_id"]) == ("answered", "callee", 2)
    assert 1.0 < record["duration_ms"] / 1000 < gap + 2
    assert stored_dialogs(edge) == 0, "its rows go with the record"
    figure(f"Kamailio answered again after {gap:.2f} s")


def test_a_call_that_was_just_answered_survives_too(edge: EdgeServer) -> None:
    """The ACK was lost while Kamailio was away: the callee says 200 again, and that must get through."""
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        assert caller.register().status == 200
        assert callee.register().status == 200
        call = caller.invite("2000")
        ringing = callee.expect_call()
        ringing.accept()
        caller.expect_status(200, method="INVITE")
        wait_for(lambda: stored_dialogs(edge) == 2, 2)
        edge.restart_kamailio()
        ringing.accept()
        assert call.expect_answer().status == 200
        ringing.expect_ack()
        assert call.hang_up(ringing).status == 200
    assert edge.records(call.invite["Call-ID"])[0]["result"] == "answered"


def test_a_record_waits_for_the_database(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        call, ringing = established(caller, callee)
        edge.cluster.stop()
        try:
            assert call.hang_up(ringing).status == 200
            refused = caller.invite_request("2000")
            assert caller.ask_with_credentials(refused).status == 503
        finally:
            edge.cluster.serve()
    (record,) = edge.records(call.invite["Call-ID"], wait_s=5)
    assert (record["result"], record["hung_up_by"]) == ("answered", "caller")
    assert list((edge.run / "call-records").iterdir()) == []
    wait_for(lambda: stored_dialogs(edge) == 0, 12)
    edge.restart_kamailio()
    assert edge.rpc("dlg.list") == [], "no ended call comes back to life"


def test_a_call_is_written_as_kamailio_itself_writes_it(edge: EdgeServer) -> None:
    """Who reads it again is Kamailio. It writes each call some time later, over what Naisen has written."""
    edge.write_config(dialog_write_s=2)
    edge.restart_kamailio()
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        call, ringing = established(caller, callee)
        (ours,) = edge.sql("SELECT * FROM edge.dialog")
        notes = edge.sql(NOTES)
        wait_for(lambda: edge.sql("SELECT id FROM edge.dialog") != [{"id": ours["id"]}], 8)
        (kamailios,) = edge.sql("SELECT * FROM edge.dialog")
        assert abs(kamailios["timeout"] - ours["timeout"]) <= 3
        assert abs(kamailios["start_time"] - ours["start_time"]) <= 1
        assert {name: value for name, value in kamailios.items() if name not in DIFFERENT} == {
            name: value for name, value in ours.items() if name not in DIFFERENT
        }
        assert edge.sql(NOTES) == notes
        assert call.hang_up(ringing).status == 200
    edge.write_config()
    edge.restart_kamailio()


NOTES = "SELECT hash_entry, hash_id, dialog_key, dialog_value FROM edge.dialog_vars"
DIFFERENT = ("id", "timeout", "start_time", "req_uri")


def stored_dialogs(edge: EdgeServer) -> int:
    """How many rows Kamailio keeps of dialogs and of what goes along with them."""
    query = "SELECT (SELECT count(*) FROM edge.dialog) + (SELECT count(*) FROM edge.dialog_vars) AS n"
    return int(edge.sql(query)[0]["n"])
