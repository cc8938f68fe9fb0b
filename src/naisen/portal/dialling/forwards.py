"""Where forwarding leads: to a number that is nobody's, to somebody stopped, abroad, or round in a circle."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from naisen.portal.lines.models import Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import FORWARDS, Person
from naisen.portal.tenants.models import Tenant
from naisen.routing.japan import REFUSED_KINDS, Kind, country_of, outside_number


@dataclass(frozen=True, slots=True)
class Lead:
    """A forwarding that leads nowhere; `detail` is where to."""

    trouble: str
    thing: str
    id: int
    detail: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The tenant's numbers that somebody forwards to: all, and those of stopped people."""

    numbers: frozenset[str]
    stopped: frozenset[str]
    countries: frozenset[str]


def leads_of(tenant: Tenant) -> Iterator[Lead]:
    """Every forwarding of people (not stopped) and lines that leads nowhere, in four queries."""
    people = list(
        Person.objects.filter(tenant=tenant, stopped_at__isnull=True)
        .exclude(**dict.fromkeys(FORWARDS, ""))
        .values_list("pk", "number__digits", *FORWARDS)
    )
    lines = Line.objects.filter(tenant=tenant, no_answer=Line.NoAnswer.FORWARD).values_list(
        "pk", "no_answer_number"
    )
    targets = {target for person in people for target in person[2:] if target}
    known = _known(tenant, targets | {target for _pk, target in lines})
    always = {digits: forward_always for _pk, digits, forward_always, *_others in people if forward_always}
    circles = going_round(always)
    for pk, digits, *forwards in people:
        for field, target in zip(FORWARDS, forwards, strict=True):
            circle = target == digits or (field == "forward_always" and digits in circles)
            if target and (trouble := "forward_loop" if circle else _trouble(target, known)):
                yield Lead(trouble, "person", pk, target)
    for pk, target in lines:
        if trouble := _trouble(target, known):
            yield Lead(trouble, "line", pk, target)


def _known(tenant: Tenant, targets: set[str]) -> _Known:
    numbers = Number.objects.filter(tenant=tenant, digits__in=targets)
    stopped = numbers.filter(person__stopped_at__isnull=False)
    return _Known(
        frozenset(numbers.values_list("digits", flat=True)),
        frozenset(stopped.values_list("digits", flat=True)),
        frozenset(tenant.allowed_countries),
    )


def going_round(always: Mapping[str, str]) -> set[str]:
    """The numbers from which following 常に転送 comes back to where it has been; each is followed once."""
    ends_round: dict[str, bool] = {}
    for digits in always:
        way: dict[str, None] = {}
        while digits in always and digits not in ends_round and digits not in way:
            way[digits] = None
            digits = always[digits]
        ends_round |= dict.fromkeys(way, ends_round.get(digits, digits in way))
    return {digits for digits, is_round in ends_round.items() if is_round}


def _trouble(target: str, known: _Known) -> str:
    if target in known.stopped:
        return "forward_stopped"
    if target in known.numbers:
        return ""
    number = outside_number(target)
    if number is None:
        return "forward_missing"
    if number.kind in REFUSED_KINDS or number.kind is Kind.EMERGENCY:
        return "forward_not_allowed"
    is_closed = number.kind is Kind.ABROAD and country_of(number.number) not in known.countries
    return "forward_abroad" if is_closed else ""
