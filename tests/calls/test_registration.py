"""REGISTER against the real thing: who may, who may not, and what is kept of it (C-01, R5)."""

from tests.calls.edge_server import EdgeServer


def test_a_phone_registers(edge: EdgeServer) -> None:
    with edge.phone() as phone:
        answer = phone.register()
    assert answer.status == 200, answer.first
    assert "expires=300" in answer["Contact"]
    (binding,) = edge.bindings("kmy00001")
    assert binding["domain"] == "kmy.cplus01.jp"
    assert binding["user_agent"] == "test phone"
    assert edge.events("kmy00001") == ["registered"]
