"""Calls from extension to extension, phone to phone (C-02, D-03)."""

from tests.calls.edge_server import EdgeServer


def test_a_call_rings_is_answered_and_leaves_one_record(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as caller, edge.phone("kmy00002") as callee:
        assert caller.register().status == 200
        assert callee.register().status == 200
        call = caller.invite("2000")
        ringing = callee.expect_call()
        ringing.ring()
        caller.expect_status(180)
        ringing.accept()
        assert call.expect_answer().status == 200
        ringing.expect_ack()
        assert call.hang_up(ringing).status == 200
    (record,) = edge.records(call.invite["Call-ID"])
    print(record, ringing.invite)
    assert 0
