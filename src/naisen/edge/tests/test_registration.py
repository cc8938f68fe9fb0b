"""REGISTER without a SIP server: every way it can go."""

from dataclasses import replace

import pytest

from naisen.edge import guessing
from naisen.edge.authentication import NOBODYS_HA1, same_uri
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.engine import Credentials, PasswordCheck, Uri
from naisen.edge.registration import answer_register
from naisen.edge.tests.fake_directory import FakeDirectory
from naisen.edge.tests.fake_engine import FakeEngine
from naisen.routing import Device

TANAKA = Device("d1", "a.test", 1, 1, "f" * 32, 1, "1000", "田中", True, False, None)


def register(device: Device | None = TANAKA, **message: object) -> tuple[FakeEngine, FakeDirectory]:
    """Let the logic answer a REGISTER of d1; `message` says what the engine says of it."""
    engine = FakeEngine(to=Uri("d1", "a.test"), **message)  # type: ignore[arg-type]
    directory = FakeDirectory(devices=[device] if device else [])
    answer_register(engine, directory, 60)
    return engine, directory


def test_the_right_password_is_stored_and_accepted() -> None:
    engine, directory = register()
    assert engine.did == ["transaction", "check " + "f" * 32, "store d1@a.test"]
    assert (engine.code, directory.noted) == (200, [])
    assert engine.counted(guessing.GOOD_HOSTS, "192.0.2.7") == 1
    assert engine.passwords == {"d1@a.test": "f" * 32}


def test_only_a_device_of_a_person_that_is_stored_is_remembered() -> None:
    for engine, _ in (register(replace(TANAKA, login_only=True)), register(stores=False)):
        assert engine.passwords == {}


def test_without_credentials_there_is_a_challenge_no_look_up_and_no_failure() -> None:
    engine = FakeEngine(to=Uri("d1", "a.test"), given=None)
    answer_register(engine, FakeDirectory(is_away=True), 60)
    assert engine.did == ["challenge"]


@pytest.mark.parametrize(
    "to", [Uri("", ""), Uri("d1", ""), Uri("a b", "a.test"), Uri("d1", "a_b"), Uri("d1;x", "a.test")]
)
def test_a_name_that_can_be_nobodys_is_403(to: Uri) -> None:
    engine = FakeEngine(to=to)
    answer_register(engine, FakeDirectory(is_away=True), 60)
    assert engine.code == 403


def test_a_wrong_password_is_challenged_again_counted_and_noted() -> None:
    engine, directory = register(check=PasswordCheck.WRONG)
    assert engine.did[-1] == "challenge"
    assert directory.noted == ["wrong_password"]
    assert engine.counted(guessing.BY_SOURCE, "192.0.2.7") == 1
    assert engine.counted(guessing.BY_DEVICE, "d1@a.test") == 1


def test_an_unknown_login_looks_like_a_wrong_password_from_outside() -> None:
    engine, directory = register(None, check=PasswordCheck.WRONG)
    assert engine.did == ["transaction", f"check {NOBODYS_HA1}", "challenge"]
    assert directory.noted == ["unknown_domain"]
    even_if_right, _ = register(None, check=PasswordCheck.RIGHT)
    assert even_if_right.did[-1] == "challenge"


def test_no_password_in_force_is_no_password() -> None:
    _, directory = register(
        replace(TANAKA, ha1="", may_register=False, why_not="password_not_yet"), check=PasswordCheck.WRONG
    )
    assert directory.noted == ["password_not_yet"]


def test_an_old_nonce_is_no_failure_but_one_that_has_served_is() -> None:
    engine, directory = register(check=PasswordCheck.STALE)
    assert (engine.did[-1], directory.noted) == ("challenge stale", [])
    engine.counts["used_nonces", "n1"] = 1
    answer_register(engine, directory, 60)
    assert directory.noted == ["replayed"]
    assert engine.counted(guessing.BY_SOURCE, "192.0.2.7") == 0


def test_the_digest_must_be_for_this_request_and_for_this_name() -> None:
    engine, directory = register(given=Credentials("d1", "sip:b.test", "n"))
    assert (engine.code, directory.noted) == (400, ["uri_mismatch"])
    other, _ = register(given=Credentials("d2", "sip:a.test", "n"))
    assert other.code == 403


@pytest.mark.parametrize("why", ["unassigned", "stopped", "cancelled", "tenant_closed"])
def test_who_may_not_is_told_so_once_the_password_is_proved(why: str) -> None:
    engine, directory = register(replace(TANAKA, may_register=False, why_not=why))
    assert (engine.code, directory.noted) == (403, [why])
    assert not [deed for deed in engine.did if deed.startswith("store")]


def test_trouble_of_ours_is_503_and_nobodys_fault() -> None:
    engine, directory = register(stores=False)
    assert engine.replies[-1] == (503, "Service Unavailable", ("Retry-After: 5",))
    assert directory.noted == []
    with pytest.raises(DirectoryUnavailable):
        answer_register(FakeEngine(to=Uri("d1", "a.test")), FakeDirectory(is_away=True), 60)


@pytest.mark.parametrize(("expiry", "code"), [(59, 423), (60, 200), (0, 200), (None, 200)])
def test_how_short_a_registration_may_be(expiry: int | None, code: int) -> None:
    engine, _ = register(expiry_s=expiry)
    assert engine.code == code


@pytest.mark.parametrize(
    ("contact", "expiry", "code"),
    [
        ("<sip:d1@x>, <sip:d1@y>", 300, 400),
        ("<sip:d1@x?Route=%3Csip:y%3E>", 300, 400),
        ("*", 300, 400),
        ("*", 0, 200),
        ("", None, 200),
    ],
)
def test_which_contacts_are_taken(contact: str, expiry: int | None, code: int) -> None:
    engine, _ = register(contact=contact, expiry_s=expiry)
    assert engine.code == code


def test_a_guesser_meets_silence_noted_once_and_the_owner_does_not() -> None:
    engine, directory = register(check=PasswordCheck.WRONG)
    engine.counts[guessing.BY_DEVICE, "d1@a.test"] = guessing.LIMIT
    for _ in range(3):
        answer_register(engine, directory, 60)
    assert engine.did[-3:] == ["silence"] * 3
    assert directory.noted == ["wrong_password", "banned"]
    engine.check, engine.bound_from = PasswordCheck.RIGHT, {"192.0.2.7"}
    answer_register(engine, directory, 60)
    assert engine.code == 200
    engine.bound_from = set()
    answer_register(engine, directory, 60)
    assert engine.code == 200, "its address is known now"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sip:a.test", "sip:A.TEST:5060;transport=udp", True),
        ("sip:2000@a.test", "sip:2000@a.test?x=y", True),
        ("sip:2000@a.test", "sip:2001@a.test", False),
        ("sip:a.test", "sips:a.test", False),
        ("sip:a.test:5061", "sip:a.test", False),
        ("", "sip:a.test", False),
        ("x", "y", False),
    ],
)
def test_same_uri(one: str, other: str, same: bool) -> None:
    assert same_uri(one, other) is same
