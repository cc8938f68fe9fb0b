"""REGISTER against the real thing: who may, who may not, and what is kept of it (C-01, C-09, R5)."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Phone
from tests.calls.waiting import wait_for


@pytest.fixture
def phone(edge: EdgeServer) -> Iterator[Phone]:
    """田中's phone, not registered yet."""
    with edge.phone("kmy00001") as phone:
        yield phone


def test_a_phone_registers_and_its_row_says_with_what(edge: EdgeServer, phone: Phone) -> None:
    answer = phone.register()
    assert answer.status == 200, answer.first
    assert "expires=300" in answer["Contact"]
    assert "Server" not in answer["Server"].replace("Naisen", "")
    (binding,) = edge.bindings("kmy00001")
    assert (binding["domain"], binding["user_agent"]) == ("kmy.cplus01.jp", "test phone")
    assert binding["received"] == f"sip:127.0.0.1:{phone.address[1]}"
    assert edge.events("kmy00001") == ["registered"]
    assert edge.failures("kmy00001") == {}


def test_a_refresh_is_no_event_another_address_is_a_move_and_logging_out_is_one(edge: EdgeServer) -> None:
    with edge.phone() as phone, edge.phone() as moved:
        for _ in range(3):
            assert phone.register().status == 200
        assert moved.register().status == 200
        assert len(edge.bindings("kmy00001")) == 1
        assert moved.register(expires=0).status == 200
    assert edge.bindings("kmy00001") == []
    assert edge.events("kmy00001") == ["registered", "moved", "unregistered"]


def test_a_registration_that_is_not_renewed_expires(edge: EdgeServer, phone: Phone) -> None:
    assert phone.register(expires=2).status == 200
    wait_for(lambda: edge.events("kmy00001") == ["registered", "expired"], 10)
    assert edge.bindings("kmy00001") == []


def test_too_short_a_registration_is_told_how_long(phone: Phone) -> None:
    answer = phone.register(expires=1)
    assert (answer.status, answer["Min-Expires"]) == (423, "2")


def test_one_device_has_one_contact_and_star_ends_it(edge: EdgeServer, phone: Phone) -> None:
    two = phone.register(Contact=f"{phone.contact}, <sip:kmy00001@127.0.0.9>")
    assert (two.status, edge.bindings("kmy00001")) == (400, [])
    assert phone.register().status == 200
    assert phone.register(expires=300, Contact="*").status == 400
    assert phone.register(expires=0, Contact="*").status == 200
    assert edge.bindings("kmy00001") == []
    question = phone.register_request()
    question.headers = [
        (name, value) for name, value in question.headers if name not in ("Contact", "Expires")
    ]
    assert phone.ask_with_credentials(question).status == 200, "a REGISTER without Contact only asks"


def test_the_first_unauthenticated_register_is_no_failure(edge: EdgeServer, phone: Phone) -> None:
    answer = phone.ask(phone.register_request())
    assert answer.status == 401
    assert 'qop="auth"' in answer["WWW-Authenticate"]
    assert edge.failures("kmy00001") == {}


@pytest.mark.parametrize(
    ("login", "changes", "reason"),
    [
        ("kmy00001", {"password": "wrong"}, "wrong_password"),
        ("kmy09999", {}, "unknown_login"),
        ("kmy00001", {"domain": "nobody.example"}, "unknown_domain"),
        ("minato00001", {"domain": "kmy.cplus01.jp"}, "unknown_login"),
    ],
)
def test_whoever_proves_nothing_gets_401_and_is_noted(
    edge: EdgeServer, login: str, changes: dict[str, str], reason: str
) -> None:
    with edge.phone(login, **changes) as phone:
        assert phone.register().status == 401
    assert edge.failures(login) == {reason: 1}
    assert edge.bindings(login) == []


@pytest.mark.parametrize(
    ("change", "back", "reason"),
    [
        (
            "UPDATE people_person SET stopped_at = now() WHERE name = '田中'",
            "UPDATE people_person SET stopped_at = NULL",
            "stopped",
        ),
        (
            "UPDATE devices_device SET cancels_on = '2020-01-01' WHERE login = 'kmy00001'",
            "UPDATE devices_device SET cancels_on = NULL",
            "cancelled",
        ),
        (
            "UPDATE tenants_tenant SET suspended_at = now() WHERE domain = 'kmy.cplus01.jp'",
            "UPDATE tenants_tenant SET suspended_at = NULL",
            "tenant_closed",
        ),
    ],
)
def test_a_device_that_may_not_is_refused_with_its_reason(
    edge: EdgeServer, phone: Phone, change: str, back: str, reason: str
) -> None:
    edge.sql(change)
    try:
        assert phone.register().status == 403
    finally:
        edge.sql(back)
    assert edge.failures("kmy00001") == {reason: 1}
    assert phone.register().status == 200, "the very next request knows that it is over"


def test_an_unassigned_device_may_register_where_the_tenant_allows_login_by_phone(edge: EdgeServer) -> None:
    with edge.phone("kmy00004") as spare, edge.phone("kmy00001") as other:
        assert spare.register().status == 403
        assert edge.failures("kmy00004") == {"unassigned": 1}
        edge.sql("UPDATE tenants_tenant SET allows_phone_login = true WHERE domain = 'kmy.cplus01.jp'")
        try:
            assert spare.register().status == 200
            assert other.register().status == 200
            assert spare.invite("1000").expect_answer().status == 403, "D-01: the login code and nothing else"
        finally:
            edge.sql("UPDATE tenants_tenant SET allows_phone_login = false")


def test_a_password_that_is_not_in_force_yet_is_no_password(edge: EdgeServer, phone: Phone) -> None:
    edge.sql("UPDATE devices_credential SET effective_at = now() + interval '1 h' WHERE device_id = 1")
    try:
        assert phone.register().status == 401
    finally:
        edge.sql("UPDATE devices_credential SET effective_at = now() - interval '1 h' WHERE device_id = 1")
    assert edge.failures("kmy00001") == {"password_not_yet": 1}


def remembered(edge: EdgeServer) -> bool:
    """Whether the edge would take kmy00001's next refresh without asking the database."""
    found = edge.rpc("htable.dump", "passwords")
    return "kmy00001@kmy.cplus01.jp" in str(found)


def test_a_refresh_needs_no_database_and_is_written_through_all_the_same(
    edge: EdgeServer, phone: Phone
) -> None:
    assert phone.register().status == 200
    assert remembered(edge)
    (before,) = edge.bindings("kmy00001")
    # As a replica does it: no trigger tells the edge.
    turn = "SET session_replication_role = replica; UPDATE devices_credential SET ha1 = reverse(ha1) WHERE device_id = 1"
    edge.sql(turn)
    try:
        assert phone.register(expires=900).status == 200
    finally:
        edge.sql(turn)
    (after,) = edge.bindings("kmy00001")
    assert (after["expires"] - before["expires"]).total_seconds() > 500


def test_a_wrong_password_is_forgotten_noted_and_refused(edge: EdgeServer, phone: Phone) -> None:
    assert phone.register().status == 200
    right, phone.password = phone.password, "wrong"
    assert phone.register().status == 401
    assert not remembered(edge)
    assert phone.register().status == 401
    assert edge.failures("kmy00001") == {"wrong_password": 1}
    phone.password = right
    assert phone.register().status == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE devices_credential SET ended_at = now() WHERE device_id = 1 AND ended_at IS NULL",
        "UPDATE tenants_tenant SET suspended_at = now() WHERE domain = 'kmy.cplus01.jp'",
        "UPDATE tenants_tenant SET closes_on = '2020-01-01' WHERE domain = 'kmy.cplus01.jp'",
    ],
)
def test_what_changes_who_may_register_is_asked_for_anew(edge: EdgeServer, phone: Phone, change: str) -> None:
    assert phone.register().status == 200
    edge.sql(change)
    try:
        wait_for(lambda: not remembered(edge), 2)
        assert phone.register().status in (401, 403)
    finally:
        edge.sql("UPDATE devices_credential SET ended_at = NULL WHERE device_id = 1")
        edge.sql("UPDATE tenants_tenant SET suspended_at = NULL, closes_on = NULL")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people_person SET stopped_at = now() WHERE name = '田中'",
        "UPDATE devices_device SET person_id = NULL WHERE login = 'kmy00001'",
    ],
)
def test_a_device_that_is_logged_out_in_the_browser_is_gone_at_once(
    edge: EdgeServer, phone: Phone, change: str, figure: Callable[[str], None]
) -> None:
    assert phone.register().status == 200
    edge.sql(change)
    asked = time.monotonic()
    try:
        wait_for(lambda: edge.events("kmy00001")[-1:] == ["unregistered"], 2)
        took = time.monotonic() - asked
        assert edge.bindings("kmy00001") == []
        assert phone.register().status == 403
    finally:
        edge.sql("UPDATE devices_device SET person_id = 1 WHERE login = 'kmy00001'")
    figure(f"dropped after {took * 1000:.0f} ms")


def test_a_device_that_time_alone_silences_is_found_by_the_sweep(edge: EdgeServer, phone: Phone) -> None:
    assert phone.register().status == 200
    edge.sql("UPDATE devices_device SET cancels_on = '2020-01-01' WHERE login = 'kmy00001'")
    try:
        wait_for(lambda: edge.bindings("kmy00001") == [], 20)
    finally:
        edge.sql("UPDATE devices_device SET cancels_on = NULL WHERE login = 'kmy00001'")


def test_registrations_outlive_a_kill_of_the_main_process(edge: EdgeServer, phone: Phone) -> None:
    assert phone.register().status == 200
    edge.restart_kamailio()
    # The first process to serve loads the bindings; another may answer OPTIONS a moment before.
    wait_for(lambda: "Contacts" in edge.rpc("ul.lookup", "location", "kmy00001@kmy.cplus01.jp"), 1)
    contacts = edge.rpc("ul.lookup", "location", "kmy00001@kmy.cplus01.jp")
    assert contacts["Contacts"][0]["Contact"]["Address"] == phone.contact.strip("<>")
    assert edge.events("kmy00001") == ["registered"], "a restart is no event"


def test_without_the_database_nobody_is_told_that_the_password_is_wrong(
    edge: EdgeServer, figure: Callable[[str], None]
) -> None:
    with edge.phone() as phone, edge.phone("kmy00002") as other:
        assert phone.register().status == 200
        edge.cluster.stop()
        try:
            for _ in range(30):
                answer = other.register()
                assert (answer.status, answer["Retry-After"]) == (503, "5")
        finally:
            edge.cluster.serve()
        returned = time.monotonic()
        wait_for(lambda: other.register().status == 200, 2)
        figure(f"registered {time.monotonic() - returned:.2f} s after the database was back")
        assert phone.register().status == 200
    assert edge.failures("kmy00002") == {}
