"""「なぜ未登録?」 on a real edge: what a phone does wrong, and what the portal then says of its device."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client.streams import TcpPhone
from tests.calls.verdicts import verdicts
from tests.calls.waiting import wait_for

LOGIN, DOMAIN = "kmy00001", "kmy.cplus01.jp"
HIDDEN = "<sip:kmy00001@192.168.77.5:5060>"


@contextmanager
def changed(edge: EdgeServer, change: str, back: str) -> Iterator[None]:
    edge.sql(change)
    try:
        yield
    finally:
        edge.sql(back)


def gone(edge: EdgeServer, times: int = 1, login: str = LOGIN) -> Callable[[], bool]:
    """Whether the device has been lost so many times."""
    return lambda: sum(what in ("expired", "dropped", "unregistered") for what in edge.events(login)) >= times


def test_registered_never_seen_and_wrong_password(edge: EdgeServer) -> None:
    with edge.phone(LOGIN) as good, edge.phone("kmy00002", password="wrong") as bad:
        assert good.register().status == 200
        for _ in range(3):
            assert bad.register().status == 401
        found = verdicts(edge)
    assert (found[LOGIN]["code"], found[LOGIN]["state"]) == ("registered", "registered")
    assert found["kmy00003"]["code"] == "never_seen"
    wrong = found["kmy00002"]
    assert (wrong["code"], wrong["count"], wrong["address"], wrong["terminal"]) == (
        "wrong_password",
        3,
        "127.0.0.1",
        "test phone",
    )
    assert wrong["first_at"] < wrong["at"]


def test_a_login_with_a_digit_left_out_and_a_domain_mistyped(edge: EdgeServer) -> None:
    with edge.phone("kmy0001", password="x") as typed:
        assert typed.register().status == 401
    with edge.phone("kmy00003", domain="kmy.cplus1.jp") as elsewhere:
        assert elsewhere.register().status == 401
    found = verdicts(edge)
    assert (found[LOGIN]["code"], found[LOGIN]["login"]) == ("unknown_login", "kmy0001")
    assert LOGIN in found[LOGIN]["next_step"]
    assert (found["kmy00003"]["code"], found["kmy00003"]["domain"]) == ("unknown_domain", "kmy.cplus1.jp")
    assert DOMAIN in found["kmy00003"]["next_step"]
    assert found["kmy00002"]["code"] == "never_seen"


def test_a_phone_that_falls_silent_and_one_that_signs_off(edge: EdgeServer) -> None:
    with edge.phone(LOGIN) as silent, edge.phone("kmy00002") as polite:
        assert silent.register(3).status == 200
        assert polite.register().status == 200
        assert polite.register(0).status == 200
        wait_for(gone(edge), 20)
        found = verdicts(edge)
    assert found[LOGIN]["code"] == "expired"
    assert found["kmy00002"]["code"] == "unregistered"


def test_a_connection_that_breaks(edge: EdgeServer) -> None:
    with TcpPhone(edge.address, LOGIN, edge.devices[LOGIN]["password"], DOMAIN) as phone:
        assert phone.register().status == 200
    wait_for(gone(edge), 20)
    assert edge.events(LOGIN) == ["registered", "dropped"]
    assert verdicts(edge)[LOGIN]["code"] == "dropped"


@pytest.mark.parametrize(
    ("code", "change", "back"),
    [
        ("stopped", "UPDATE people_person SET stopped_at = now() WHERE id = 1", ""),
        (
            "unassigned",
            "UPDATE devices_device SET person_id = NULL WHERE login = 'kmy00001'",
            "UPDATE devices_device SET person_id = 1 WHERE login = 'kmy00001'",
        ),
        (
            "cancelled",
            "UPDATE devices_device SET cancels_on = '2020-01-01' WHERE login = 'kmy00001'",
            "UPDATE devices_device SET cancels_on = NULL WHERE login = 'kmy00001'",
        ),
        (
            "password_not_yet",
            "UPDATE devices_credential SET effective_at = now() + interval '1 h' WHERE device_id = 1",
            "UPDATE devices_credential SET effective_at = now() - interval '1 h' WHERE device_id = 1",
        ),
    ],
)
def test_a_rule_keeps_it_out(edge: EdgeServer, code: str, change: str, back: str) -> None:
    with edge.phone(LOGIN) as phone:
        assert phone.register().status == 200
        undo = back or "UPDATE people_person SET stopped_at = NULL WHERE id = 1"
        with changed(edge, change, undo):
            wait_for(lambda: phone.register().status in (401, 403), 1)  # a refresh may come before the notice
            found = verdicts(edge)[LOGIN]
    assert (found["code"], found["address"]) == (code, "127.0.0.1")
    assert "dropped" not in edge.events(LOGIN), "what a rule ends was not lost"


def test_a_guesser_is_banned(edge: EdgeServer) -> None:
    with edge.phone(LOGIN, password="wrong", host="127.0.0.9") as phone:
        for _ in range(20):
            assert phone.register().status == 401
        request = phone.register_request()
        phone.send(phone.with_credentials(request, phone.ask(request)))
        wait_for(lambda: "banned" in edge.failures(LOGIN), 5)
    assert verdicts(edge)[LOGIN]["code"] == "banned"


def test_a_nat_that_rewrites(edge: EdgeServer) -> None:
    for _port in range(3):
        with edge.phone(LOGIN) as phone:
            assert phone.register(Contact=HIDDEN).status == 200
    found = verdicts(edge)[LOGIN]
    assert (found["code"], found["state"], found["count"]) == ("nat_rewrites", "registered", 3)
    assert "SIP ALG" in found["next_step"]


def test_flapping(edge: EdgeServer) -> None:
    login = "kmy00003"
    with edge.phone(login) as phone:
        for times in range(1, 4):
            assert phone.register(2).status == 200
            wait_for(gone(edge, times, login), 20)
        found = verdicts(edge)[login]
    assert (found["code"], found["count"]) == ("flapping", 6)


def test_without_the_database_no_phone_is_blamed(edge: EdgeServer) -> None:
    with edge.phone(LOGIN) as phone:
        assert phone.register(4).status == 200
        time.sleep(1)  # this cluster may lose what it acknowledged a moment ago
        edge.cluster.stop()
        try:
            time.sleep(5)
            assert phone.register().status == 503
        finally:
            edge.cluster.serve()
        wait_for(lambda: bool(edge.sql("SELECT 1 FROM registrations_outage")), 10)
        found = verdicts(edge)[LOGIN]
        assert found["code"] == "database_trouble"
        assert phone.register().status == 200
    assert re.search("(?i)registered", verdicts(edge)[LOGIN]["state"])
