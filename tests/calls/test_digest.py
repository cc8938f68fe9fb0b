"""What a digest is worth to somebody else (R5), and what guessing costs (R10)."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from random import Random

from tests.calls.edge_server import EdgeServer
from tests.calls.sip_client import Message, Phone

GUESSES = 10_000
GUESSED = ("kmy00001", "kmy00002", "kmy00003", "kmy00004")
WINDOW_S, LIMIT = 60, 20


def authorised(phone: Phone) -> Message:
    """A REGISTER with good credentials that has not been sent yet."""
    request = phone.register_request()
    return phone.with_credentials(request, phone.ask(request))


def test_a_captured_register_is_refused_from_anywhere_else(edge: EdgeServer) -> None:
    with edge.phone() as phone, edge.phone() as thief:
        message = authorised(phone)
        assert phone.ask(message).status == 200
        for changed in (str(message), str(message).replace(phone.contact, thief.contact)):
            # A branch of its own: else the second would be the first again (RFC 3261 17.2.3).
            stolen = re.sub(r"branch=\w+", f"branch=z9hG4bK{secrets.token_hex(6)}", changed)
            stolen = re.sub(
                r"Via: SIP/2.0/UDP [^;]+", f"Via: SIP/2.0/UDP 127.0.0.1:{thief.address[1]}", stolen
            )
            thief.send(stolen.encode())
            assert thief.expect_status(401, 200).status == 401
        (binding,) = edge.bindings("kmy00001")
        assert binding["contact"] == phone.contact.strip("<>")
    assert set(edge.failures("kmy00001")) == {"replayed"}


def test_a_phone_that_repeats_itself_gets_the_same_answer_again(edge: EdgeServer) -> None:
    with edge.phone() as phone:
        message = authorised(phone)
        first = phone.ask(message)
        assert [phone.ask(message).status for _ in range(3)] == [first.status] * 3 == [200] * 3
    assert edge.failures("kmy00001") == {}


def test_a_nonce_serves_once_whatever_its_count(edge: EdgeServer) -> None:
    with edge.phone() as phone:
        request = phone.register_request()
        challenge = phone.ask(request)
        assert phone.ask(phone.with_credentials(request, challenge)).status == 200
        assert phone.ask(phone.with_credentials(request, challenge)).status == 401


def test_a_digest_for_another_uri_is_refused(edge: EdgeServer) -> None:
    with edge.phone() as phone:
        request = phone.register_request()
        other = phone.with_credentials(request, phone.ask(request), uri="sip:2000@kmy.cplus01.jp")
        assert phone.ask(other).status == 400
        with_port = phone.with_credentials(request, phone.ask(request), uri="sip:KMY.cplus01.jp:5060")
        assert phone.ask(with_port).status == 200, "the same resource in other letters"
    assert edge.failures("kmy00001") == {"uri_mismatch": 1}


def test_one_device_cannot_register_as_another_nor_in_another_tenant(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as phone:
        other = phone.ask_with_credentials(phone.register_request(To="<sip:kmy00002@kmy.cplus01.jp>"))
        foreign = phone.ask_with_credentials(phone.register_request(To="<sip:kmy00001@minato.cplus01.jp>"))
    assert (other.status, foreign.status) == (403, 401)
    assert edge.bindings("kmy00002") == []


def test_a_thousand_tries_with_everything_but_the_password_are_refused(
    edge: EdgeServer, figure: Callable[[str], None]
) -> None:
    """R5. A fresh nonce of ours each time, and the ban lifted so that every single try is judged."""
    random = Random(5)
    statuses: Counter[int] = Counter()
    with edge.phone("kmy00001") as phone, edge.phone("kmy00002") as neighbour:
        assert neighbour.register().status == 200, "no flooder: a phone of ours lives here"
        password = phone.password
        for turn in range(1000):
            if turn % 19 == 0:
                edge.rpc("htable.flush", "guesses_by_source")
                edge.rpc("htable.flush", "guesses_by_device")
            request = phone.register_request()
            challenge = phone.ask(request)
            phone.password = password if turn % 2 else f"{password}{turn}"
            statuses[phone.ask(spoil(phone.with_credentials(request, challenge), random, turn)).status] += 1
    figure(f"a thousand tries with everything but the password are refused: {dict(statuses)}")
    assert statuses[200] == 0
    assert sum(statuses.values()) == 1000
    assert edge.bindings("kmy00001") == []


def spoil(message: Message, random: Random, turn: int) -> Message:
    """With the right password: make one part of the digest wrong. With a wrong one: leave it at that."""
    if turn % 2 == 0:
        return message
    name = random.choice(["nonce", "cnonce", "response", "uri", "username", "nc"])
    quote = "" if name == "nc" else '"'
    value = message["Authorization"]
    old = re.search(rf" {name}={quote}([^\",]+)", value)
    assert old is not None
    letters = list(old[1])
    place = random.randrange(len(letters))
    letters[place] = "7" if letters[place] != "7" else "8"
    spoiled = value.replace(f" {name}={quote}{old[1]}", f" {name}={quote}{''.join(letters)}")
    headers = [(n, spoiled if n == "Authorization" else v) for n, v in message.headers]
    return Message(message.first, headers, message.body)


def test_guessing_from_one_address_ends_after_twenty_tries(edge: EdgeServer) -> None:
    with edge.phone("kmy00001", password="no", host="127.0.2.1") as guesser:
        statuses = [guess(guesser, 2.0 if turn < 20 else 0.15) for turn in range(25)]
        assert statuses == [401] * 20 + [0] * 5
        guesser.password = edge.devices["kmy00001"]["password"]
        assert guess(guesser, 0.3) == 0, "the right password does not help a banned address"
    assert edge.failures("kmy00001") == {"wrong_password": 20, "banned": 1}


def test_an_attack_from_many_addresses_does_not_lock_the_owner_out(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as owner:
        assert owner.register().status == 200
        answers = 0
        for number in range(60):
            with edge.phone("kmy00001", password="no", host=f"127.0.3.{number + 1}") as guesser:
                answers += guess(guesser, 2.0 if answers < 20 else 0.1) != 0
        assert answers == 20, "the device's own limit holds over all sources"
        assert owner.register().status == 200
        with edge.phone("kmy00001") as same_place:
            assert same_place.register().status == 200, "nor does a new port at a known place"


def test_a_known_address_is_remembered_over_a_restart(edge: EdgeServer) -> None:
    with edge.phone("kmy00001") as owner, edge.phone("kmy00001", password="no", host="127.0.2.9") as guesser:
        assert owner.register().status == 200
        edge.restart_kamailio()
        for _ in range(20):
            assert guess(guesser) == 401
        assert guess(guesser, 0.3) == 0
        assert owner.register().status == 200


def test_spoofed_guesses_ban_nobody(edge: EdgeServer) -> None:
    """Who never sees our nonce cannot answer it: such answers do not count."""
    with edge.phone("kmy00001") as victim:
        request = victim.register_request()
        challenge = victim.ask(request)
        forged = victim.with_credentials(request, challenge)
        for number in range(60):
            spoofed = str(forged).replace('nonce="', f'nonce="{number:x}', 1)
            victim.send(re.sub(r"branch=\w+", f"branch=z9hG4bK{number}", spoofed).encode())
        time.sleep(0.3)
        while victim.receive(0.05):
            pass
        assert victim.register().status == 200
    assert edge.failures("kmy00001") == {}


def test_of_many_guesses_few_are_judged_and_none_succeeds(
    edge: EdgeServer, figure: Callable[[str], None]
) -> None:
    """From two hundred addresses in turn, at four devices, each with a nonce of its own; the owner is let in at the end."""
    began = time.monotonic()
    with ExitStack() as stack:
        owner = stack.enter_context(edge.phone(GUESSED[0]))
        assert owner.register().status == 200
        guessers = [
            stack.enter_context(edge.phone(GUESSED[number % 4], password="no", host=f"127.0.4.{number + 1}"))
            for number in range(200)
        ]
        for turn in range(GUESSES):
            guesser = guessers[turn % len(guessers)]
            request = guesser.register_request()
            guesser.password = secrets.token_hex(8)
            guesser.send(guesser.with_credentials(request, guesser.ask(request)))
        judged = {guesser: answers_to_guesses(guesser) for guesser in guessers}
        windows = int((time.monotonic() - began) / WINDOW_S) + 1
        assert owner.register().status == 200
    by_device = Counter[str]()
    for guesser, statuses in judged.items():
        assert set(statuses) <= {401}
        assert len(statuses) <= LIMIT * windows
        by_device[guesser.login] += len(statuses)
    figure(f"{GUESSES} guesses in {windows} min: {sum(by_device.values())} judged, none right")
    assert max(by_device.values()) <= LIMIT * windows
    assert min(by_device.values()) >= LIMIT, "fewer: the attack was none"


def answers_to_guesses(phone: Phone) -> list[int]:
    """The status of every answer to a try: it has an even CSeq, the request before it an odd one."""
    while phone.receive(0.02):
        pass
    return [message.status for message in phone.seen if int(message["CSeq"].split()[0]) % 2 == 0]


def guess(phone: Phone, timeout_s: float = 2.0) -> int:
    """One try; the status of its answer, 0 for silence as long as that."""
    request = phone.register_request()
    phone.send(phone.with_credentials(request, phone.ask(request)))
    answer = phone.receive(timeout_s)
    return answer.status if answer else 0
