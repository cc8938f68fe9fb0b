"""One verdict per device: which one, for which facts, with which evidence (「なぜ未登録?」)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from naisen.portal.registrations.diagnosis import (
    Attempt,
    Diagnosis,
    Facts,
    Happening,
    Outage,
    diagnose,
    host_of,
)
from naisen.portal.registrations.near import Names
from naisen.portal.registrations.words import REASONS, words_of

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NAMES = Names("kmy00001", "kmy.cplus01.jp", "1000", "00001")
FACTS = Facts(now=NOW, names=NAMES)
CONTACT = "sip:kmy00001@192.168.1.5:5062"


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def event(what: str, minutes: float, port: int = 41000) -> Happening:
    return Happening(
        at=ago(minutes), what=what, contact=CONTACT, address=f"203.0.113.7:{port}", terminal="Acrobits"
    )


def attempt(reason: str, minutes: float, login: str = "kmy00001", address: str = "203.0.113.9") -> Attempt:
    return Attempt(
        reason=reason,
        first_at=ago(minutes + 5),
        last_at=ago(minutes),
        count=3,
        address=address,
        terminal="baresip",
        login=login,
        domain=NAMES.domain,
    )


def code(facts: Facts) -> str:
    return diagnose(facts).code


def test_never_seen() -> None:
    assert code(FACTS) == "never_seen"


def test_wrong_password_says_when_from_where_which_terminal_and_how_often() -> None:
    verdict = diagnose(replace(FACTS, attempts=[attempt("wrong_password", 2)]))
    assert verdict.code == "wrong_password"
    assert (verdict.first_at, verdict.at, verdict.count) == (ago(7), ago(2), 3)
    assert (verdict.address, verdict.terminal) == ("203.0.113.9", "baresip")


def test_a_wrong_password_before_the_phone_came_is_over() -> None:
    facts = replace(FACTS, attempts=[attempt("wrong_password", 60)], events=[event("unregistered", 10)])
    assert code(facts) == "unregistered"


@pytest.mark.parametrize("typed", ["kmy0001", "KMY00001", "kym00001", "kmy000001", "1000", "00001"])
def test_a_login_that_nearly_is_this_ones_is_a_wrong_login(typed: str) -> None:
    verdict = diagnose(replace(FACTS, strangers=[attempt("unknown_login", 2, typed)]))
    assert (verdict.code, verdict.login) == ("unknown_login", typed)
    words = words_of(verdict)
    assert typed in str(words.sentence)
    assert "kmy00001" in str(words.next_step)


@pytest.mark.parametrize("typed", ["kmy00002", "taro", "2000", "kmy"])
def test_another_login_is_somebody_elses(typed: str) -> None:
    assert code(replace(FACTS, strangers=[attempt("unknown_login", 2, typed)])) == "never_seen"


def test_the_right_login_with_another_domain_is_a_wrong_domain() -> None:
    one = replace(attempt("unknown_domain", 2), domain="kmy.cplus1.jp")
    verdict = diagnose(replace(FACTS, strangers=[one]))
    assert (verdict.code, verdict.domain) == ("unknown_domain", "kmy.cplus1.jp")
    assert "kmy.cplus01.jp" in str(words_of(verdict).next_step)


def test_who_tries_many_logins_guesses_and_is_no_phone_of_ours() -> None:
    guesses = [attempt("unknown_login", 2, str(number)) for number in range(997, 1004)]
    assert code(replace(FACTS, strangers=guesses)) == "never_seen"


def test_what_was_nearly_meant_for_it_before_it_came_is_over() -> None:
    facts = replace(FACTS, strangers=[attempt("unknown_login", 60, "kmy0001")], events=[event("expired", 5)])
    assert code(facts) == "expired"


def test_expired() -> None:
    verdict = diagnose(replace(FACTS, events=[event("expired", 5), event("registered", 90)]))
    assert (verdict.code, verdict.at, verdict.address) == ("expired", ago(5), "203.0.113.7:41000")


def test_a_binding_that_ran_out_unnoticed_has_expired() -> None:
    assert code(replace(FACTS, events=[event("registered", 90)])) == "expired"


@pytest.mark.parametrize("what", ["unregistered", "dropped"])
def test_how_it_went(what: str) -> None:
    assert code(replace(FACTS, events=[event(what, 5), event("registered", 90)])) == what


@pytest.mark.parametrize("rule", ["unassigned", "stopped", "cancelled", "tenant_closed", "password_not_yet"])
def test_a_rule_that_keeps_it_out_comes_before_everything(rule: str) -> None:
    facts = replace(
        FACTS,
        why_not=rule,
        effective_at=ago(-120),
        events=[event("registered", 90)],
        attempts=[attempt("wrong_password", 1), attempt(rule, 3)],
    )
    verdict = diagnose(facts)
    assert (verdict.code, verdict.at, verdict.effective_at) == (rule, ago(3), ago(-120))
    assert code(replace(facts, attempts=[])) == rule


def test_a_rule_that_holds_no_more_says_nothing() -> None:
    assert code(replace(FACTS, attempts=[attempt("unassigned", 3)])) == "never_seen"


def test_banned_while_it_lasts_and_then_what_led_to_it() -> None:
    tried = [attempt("banned", 1), attempt("wrong_password", 1.5)]
    assert code(replace(FACTS, attempts=tried)) == "banned"
    later = replace(FACTS, now=NOW + timedelta(minutes=5), attempts=tried)
    assert code(later) == "wrong_password"


@pytest.mark.parametrize("reason", ["replayed", "uri_mismatch"])
def test_other_refusals(reason: str) -> None:
    assert code(replace(FACTS, attempts=[attempt(reason, 3)])) == reason


def test_database_trouble_and_only_as_long_as_phones_need_to_come_back() -> None:
    facts = replace(FACTS, events=[event("expired", 2)], outages=[Outage(ago(4), ago(1))])
    assert code(facts) == "database_trouble"
    assert code(replace(facts, events=[event("registered", 90)])) == "database_trouble"
    assert code(replace(facts, outages=[Outage(ago(90), ago(80))])) == "expired"
    assert code(replace(facts, events=[event("expired", 60)])) == "expired"
    assert code(replace(facts, events=[event("unregistered", 2)])) == "unregistered"


def moving(what: str) -> list[Happening]:
    return [event(what, 5, 41003), event("moved", 20, 41002), event("registered", 60, 41001)]


def test_a_nat_that_rewrites_is_told_of_a_registered_device_and_of_one_that_has_gone() -> None:
    verdict = diagnose(replace(FACTS, events=moving("moved"), bound_at="sip:203.0.113.7:41003"))
    assert (verdict.code, verdict.count) == ("nat_rewrites", 3)
    assert code(replace(FACTS, events=moving("expired"))) == "nat_rewrites"


def test_without_a_nat_a_new_address_is_a_move() -> None:
    direct = [replace(one, address="192.168.1.5:" + one.address[-5:]) for one in moving("moved")]
    assert code(replace(FACTS, events=direct, bound_at="sip:192.168.1.5:41003")) == "registered"


def flapping(last: str) -> list[Happening]:
    return [
        event(last, 1),
        *(event(("registered", "expired")[n % 2], 2 + n) for n in range(7)),
    ]


def test_flapping_of_a_registered_device_and_of_one_that_has_gone() -> None:
    up = diagnose(replace(FACTS, events=flapping("registered"), bound_at="sip:203.0.113.7:41000"))
    assert (up.code, up.count, up.first_at, up.at) == ("flapping", 8, ago(8), ago(1))
    assert code(replace(FACTS, events=flapping("expired"))) == "flapping"


def test_who_ends_it_himself_does_not_flap() -> None:
    own = [replace(one, what=one.what.replace("expired", "unregistered")) for one in flapping("unregistered")]
    assert code(replace(FACTS, events=own)) == "unregistered"


def test_registered_all_right() -> None:
    verdict = diagnose(replace(FACTS, came_at=ago(60), bound_at="sip:x:1", events=[event("registered", 60)]))
    assert (verdict.code, verdict.at) == ("registered", ago(60))
    assert code(replace(FACTS, bound_at="sip:x:1", waits_for_login=True)) == "waits_for_login"


def test_what_cannot_be_known_is_not_guessed() -> None:
    assert code(replace(FACTS, is_supported=False)) == "not_supported"
    assert code(replace(FACTS, is_asked_for=True, events=[event("expired", 1)])) == "unknown"


@pytest.mark.parametrize("known", REASONS)
def test_every_verdicts_words_take_their_evidence(known: str) -> None:
    words = words_of(Diagnosis(code=known, login="x", domain="y", count=7, names=NAMES))
    assert "%" not in str(words.sentence) + str(words.next_step)


def test_hosts() -> None:
    assert [host_of(text) for text in ("203.0.113.5:5060", "[2001:db8::1]:5060", "phone.example")] == [
        "203.0.113.5",
        "[2001:db8::1]",
        "phone.example",
    ]
