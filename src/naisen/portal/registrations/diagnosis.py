"""「なぜ未登録?」: one verdict per device, from what is known about it. Pure: no database, no clock.

`diagnose` takes Facts and gives a Diagnosis: a code that has its words and its next step in
registrations.words, and the evidence that goes into them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from naisen.portal.registrations.near import Names, resemblance

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FLAPS = 6
"""So many changes within an hour are flapping, where half of them are losses that the phone did not want."""
MOVES = 3
"""From so many addresses one and the same contact comes when a NAT rewrites it between refreshes."""
BAN = timedelta(minutes=2)
"""A ban lasts one minute after the last wrong answer (edge.guessing); older notes of it tell the past."""
BACK = timedelta(minutes=10)
"""Within this time after an outage phones come back by themselves."""

ARRIVALS = frozenset({"registered", "moved"})
NOT_BY_ITSELF = frozenset({"expired", "dropped"})
BY_RULE = frozenset({"unassigned", "stopped", "password_not_yet", "cancelled", "tenant_closed"})
"""Reasons that hold or do not hold now; a note of one of them in the past says nothing about now."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One registrations.Event: `address` is host:port that the phone was seen at."""

    at: datetime
    what: str
    contact: str = ""
    address: str = ""
    terminal: str = ""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Refused attempts of one reason, login and address, `count` of them from `first_at` to `last_at`."""

    reason: str
    last_at: datetime
    first_at: datetime | None = None
    count: int = 1
    address: str = ""
    terminal: str = ""
    login: str = ""
    domain: str = ""


@dataclass(frozen=True)
class Outage:
    """A time in which the edge could not ask the database and answered phones 503."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a verdict goes by; `events` and `attempts` are the newest ones, newest first.

    `strangers` are attempts that no device could be found for: with a login or a domain that nobody has.
    `why_not` is the rule that keeps the device from registering now ('' = none); `bound_at` the address
    (host:port) at which it is registered now, None when it is not.
    """

    now: datetime
    names: Names
    is_supported: bool = True
    is_asked_for: bool = False
    why_not: str = ""
    effective_at: datetime | None = None
    waits_for_login: bool = False
    bound_at: str | None = None
    came_at: datetime | None = None
    events: Sequence[Happening] = ()
    attempts: Sequence[Attempt] = ()
    strangers: Sequence[Attempt] = ()
    outages: Sequence[Outage] = ()


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The verdict. `code` has its words, and the next step, in registrations.words.

    `at` is when it was last seen to be so, `first_at` when first, `count` how often in that time;
    `effective_at` is when a password that is not valid yet will be. `login` and `domain` are what was typed,
    where that was wrong; `own_login` and `own_domain` what should have been.
    """

    code: str
    at: datetime | None = None
    first_at: datetime | None = None
    count: int = 0
    address: str = ""
    terminal: str = ""
    effective_at: datetime | None = None
    login: str = ""
    domain: str = ""
    names: Names = field(default_factory=Names)


def diagnose(facts: Facts) -> Diagnosis:
    """The one verdict, in this order.

    1. No registration there is for this kind, or another server must be asked. 2. A rule keeps it out.
    3. It is registered, and stays so or not. 4. A refusal, or one that was nearly meant for this device, later
    than everything that happened. 5. How it went the last time. 6. It never came.
    """
    if not facts.is_supported or facts.is_asked_for:
        return Diagnosis(code="unknown" if facts.is_asked_for else "not_supported", names=facts.names)
    if facts.why_not:
        return _kept_out(facts)
    if facts.bound_at is not None:
        return _unsteady(facts) or _registered(facts)
    return _refused(facts) or _gone(facts) or Diagnosis(code="never_seen", names=facts.names)


def _kept_out(facts: Facts) -> Diagnosis:
    tried = next((one for one in facts.attempts if one.reason == facts.why_not), None)
    if tried is not None:
        return _of_attempt(facts, tried)
    return Diagnosis(code=facts.why_not, effective_at=facts.effective_at, names=facts.names)


def _registered(facts: Facts) -> Diagnosis:
    code = "waits_for_login" if facts.waits_for_login else "registered"
    return Diagnosis(code=code, at=facts.came_at, address=facts.bound_at or "", names=facts.names)


def _refused(facts: Facts) -> Diagnosis | None:
    """The newest refusal after the last event: with this login, else with one that resembles it."""
    own = [one for one in facts.attempts if one.reason not in BY_RULE and _is_news(facts, one)]
    if own:
        return _of_attempt(facts, _behind_the_ban(facts.now, own))
    for one in crowdless(facts.strangers):
        if _is_news(facts, one) and resemblance(facts.names, one.login, one.domain):
            return _of_attempt(facts, one)
    return None


def _behind_the_ban(now: datetime, own: Sequence[Attempt]) -> Attempt:
    """A ban that is over is no reason any more, but the wrong passwords that led to it are."""
    causes = [one for one in own if one.reason != "banned"]
    return causes[0] if causes and own[0].reason == "banned" and now - own[0].last_at > BAN else own[0]


def crowdless(strangers: Sequence[Attempt], most: int = 5) -> list[Attempt]:
    """The attempts without those of addresses that tried many logins: they guess, they are no phones."""
    tried = Counter(address for address, _login in {(one.address, one.login) for one in strangers})
    return [one for one in strangers if tried[one.address] <= most]


def _of_attempt(facts: Facts, one: Attempt) -> Diagnosis:
    return Diagnosis(
        code=one.reason,
        at=one.last_at,
        first_at=one.first_at,
        count=one.count,
        address=one.address,
        terminal=one.terminal,
        effective_at=facts.effective_at if facts.why_not else None,
        login=one.login,
        domain=one.domain,
        names=facts.names,
    )


def _is_news(facts: Facts, one: Attempt) -> bool:
    return not facts.events or one.last_at > facts.events[0].at


def _gone(facts: Facts) -> Diagnosis | None:
    if not facts.events:
        return None
    last = facts.events[0]
    # A binding that ran out while nothing told us so still shows as its last arrival.
    code = "expired" if last.what in ARRIVALS else last.what
    if code != "unregistered":
        if _is_of_an_outage(facts, last):
            code = "database_trouble"
        elif unsteady := _unsteady(facts):
            return unsteady
    return Diagnosis(code=code, at=last.at, address=last.address, terminal=last.terminal, names=facts.names)


def _is_of_an_outage(facts: Facts, last: Happening) -> bool:
    """Whether it was lost while the database was away, or soon after, and may come back by itself yet.

    What ran out meanwhile leaves no event: its last one is its arrival.
    """
    return any(
        (last.what in ARRIVALS or one.began_at <= last.at)
        and last.at <= one.ended_at + BACK
        and facts.now <= one.ended_at + BACK
        for one in facts.outages
    )


def _unsteady(facts: Facts) -> Diagnosis | None:
    """Whether the registration comes and goes: because a NAT gives it ever new addresses, or otherwise."""
    recent = [one for one in facts.events if facts.now - one.at <= HOUR]
    rewritten = _rewritten([one for one in facts.events if facts.now - one.at <= DAY])
    if rewritten:
        code, of = "nat_rewrites", rewritten
    elif len(recent) >= FLAPS and sum(one.what in NOT_BY_ITSELF for one in recent) >= FLAPS // 2:
        code, of = "flapping", recent
    else:
        return None
    return Diagnosis(
        code=code,
        at=of[0].at,
        first_at=of[-1].at,
        count=len(of),
        address=of[0].address,
        terminal=of[0].terminal,
        names=facts.names,
    )


def _rewritten(events: Sequence[Happening]) -> list[Happening]:
    """The events of a contact that came from MOVES addresses, none of which is the contact's own."""
    by_contact: dict[str, list[Happening]] = {}
    for one in events:
        if one.address and host_of(one.address) not in one.contact:
            by_contact.setdefault(one.contact, []).append(one)
    found = (of for of in by_contact.values() if len({one.address for one in of}) >= MOVES)
    return max(found, key=len, default=[])


def host_of(address: str) -> str:
    """`203.0.113.5` of `203.0.113.5:5060`, `[2001:db8::1]` of `[2001:db8::1]:5060`."""
    host, colon, port = address.rpartition(":")
    return host if colon and port.isdigit() else address
