"""Asking who is bound, against the small server and against texts of other servers."""

from pathlib import Path

import pytest

from naisen.phones import registrar
from naisen.phones.account import Account, ServerAddress
from naisen.phones.phone import Phone
from naisen.phones.registrar import (
    RegistrarAway,
    RegistrarRefused,
    bound_contacts,
    challenge_in,
    contacts_in,
)
from tests.phones.small_server import SmallServer

TANAKA = Account("tanaka-desk", "kaisha.example", "Secret-Of-Tanaka-0001")


def test_tells_where_the_phone_is(server: SmallServer, tmp_path: Path) -> None:
    assert bound_contacts(TANAKA, server.address) == []
    with Phone(TANAKA, server.address, tmp_path) as phone:
        phone.register()
        phone.wait_for("REGISTER_OK")
        assert bound_contacts(TANAKA, server.address) == [phone.contact]
    assert bound_contacts(TANAKA, server.address) == []


def test_the_phone_and_the_question_both_answer_a_challenge(server: SmallServer, tmp_path: Path) -> None:
    server.passwords["tanaka-desk"] = TANAKA.password
    with Phone(TANAKA, server.address, tmp_path) as phone:
        phone.register()
        phone.wait_for("REGISTER_OK")
        assert bound_contacts(TANAKA, server.address) == [phone.contact]


def test_a_wrong_password_is_refused_and_not_tried_again(server: SmallServer) -> None:
    server.passwords["tanaka-desk"] = "another password"
    with pytest.raises(RegistrarRefused, match="401 Unauthorized"):
        bound_contacts(TANAKA, server.address)


def test_a_refusal_has_its_status(server: SmallServer) -> None:
    server.register_answer = "403 Forbidden"
    with pytest.raises(RegistrarRefused, match="403 Forbidden"):
        bound_contacts(TANAKA, server.address)


def test_a_server_that_is_away_is_named(server: SmallServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrar, "ANSWER_TIMEOUT_S", 0.2)
    server.away = True
    with pytest.raises(RegistrarAway, match="does not answer"):
        bound_contacts(TANAKA, server.address)


def test_reads_contacts_as_other_servers_write_them() -> None:
    headers = (
        'Contact: <sip:a-1@192.0.2.7:5062;transport=udp>;expires=30;received="sip:198.51.100.1:9", '
        "<sip:192.0.2.8>;q=0.5\nm: <sips:a@phone.example:5061>\n"
    )
    assert contacts_in(headers) == [
        ServerAddress("192.0.2.7", 5062),
        ServerAddress("192.0.2.8", 5060),
        ServerAddress("phone.example", 5061),
    ]


def test_reads_a_challenge() -> None:
    assert challenge_in('www-authenticate: Digest realm="a b", nonce="n=", qop="auth"\n') == {
        "realm": "a b",
        "nonce": "n=",
        "qop": "auth",
    }
    assert challenge_in("Via: x\n") == {}
