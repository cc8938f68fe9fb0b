"""Calls to numbers outside: which line, whether it may, and as what number (C-07, C-08, C-12, D-02)."""

from dataclasses import dataclass
from decimal import Decimal

from naisen.routing.decision import Dial, Refuse
from naisen.routing.directory import Outgoing, OutLine
from naisen.routing.japan import REFUSED_KINDS, Kind, OutsideNumber, country_of, for_carrier, in_japan
from naisen.routing.walk import Walk

RING_S = 180
"""How long a number outside may ring; carriers give up about then."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A call to outside as somebody wants it: for whom it is (a person, or a line that forwards), and how.

    `line_code`: the 識別番号 of a line that was chosen by prefix, '' for the default one. `is_forward`: nobody has
    dialled it, a call goes on there.
    """

    number: OutsideNumber
    person_id: int | None = None
    line_id: int | None = None
    line_code: str = ""
    is_forward: bool = False


def dial_outside(walk: Walk, wish: Wish) -> Dial | Refuse:
    """Decide a call to a number outside that is no emergency call.

    1. Is the number one that may be called at all? 2. Which line, and may the person use it? 3. Abroad: is the
    country open? 4. Is today's money spent? 5. Has the line a carrier?
    """
    number, kind = wish.number.number, wish.number.kind
    if kind in REFUSED_KINDS or kind is Kind.EMERGENCY:
        walk.say("number_not_allowed", number=number, kind=kind)
        return walk.refuse("number_not_allowed")
    country = country_of(number) if kind is Kind.ABROAD else ""
    if country:
        walk.say("abroad", number=number, country=country)
    else:
        walk.say("outside", number=number, kind=kind)
    terms = _terms(walk, wish)
    if wish.is_forward and number in {in_japan(line.number) for line in terms.lines}:
        # It would come back in on that line, and go out again, and again.
        walk.say("forward_loop", digits=number)
        return walk.refuse("forward_loop")
    line = _line(walk, wish, terms)
    if line is None:
        return walk.refuse("line_not_allowed" if wish.line_code else "no_line")
    if country and country not in terms.allowed_countries:
        walk.say("country_closed", country=country)
        return walk.refuse("country_closed")
    if _is_spent(terms):
        walk.say("yen_per_day_reached", spent=terms.spent_yen, cap=terms.yen_per_day or 0)
        return walk.refuse("yen_per_day_reached")
    return _dial(walk, wish, line, terms, country)


def dial_emergency(walk: Walk, wish: Wish, tenant_id: int, person_id: int) -> Dial | Refuse:
    """Decide an emergency call: no limit holds (D-02). The chosen line, the person's, the common, any line."""
    lines = walk.directory.emergency_lines(tenant_id, person_id)
    if not lines:
        walk.say("no_line")
        return walk.refuse("no_line")
    line = next((line for line in lines if line.code == wish.line_code), lines[0])
    walk.say("line_emergency", line=line.number, code=line.code)
    return _dial(walk, wish, line, Outgoing(lines), "")


def _terms(walk: Walk, wish: Wish) -> Outgoing:
    """What holds for the call; nothing is open to nobody."""
    if wish.line_id is not None:
        return walk.directory.line_outgoing(wish.line_id, wish.number.number)
    if wish.person_id is not None:
        return walk.directory.outgoing(wish.person_id, wish.number.number)
    return Outgoing(())


def _line(walk: Walk, wish: Wish, terms: Outgoing) -> OutLine | None:
    if wish.line_code:
        line = next((line for line in terms.lines if line.code == wish.line_code), None)
        found, missing = "line_chosen", "line_not_allowed"
    else:
        line = next((line for line in terms.lines if line.is_default), None)
        found, missing = "line_own" if wish.line_id is not None else "line_default", "no_line"
    if line is not None:
        walk.say(found, line=line.number, code=line.code)
    elif wish.line_code:
        walk.say(missing, code=wish.line_code)
    else:
        walk.say(missing)
    return line


def _is_spent(terms: Outgoing) -> bool:
    """Whether the day's cap is reached; calls that cost nothing go on."""
    costs = terms.rate is not None and Decimal(terms.rate.unit_yen) > 0
    return costs and terms.yen_per_day is not None and terms.spent_yen >= terms.yen_per_day


def _dial(walk: Walk, wish: Wish, line: OutLine, terms: Outgoing, country: str) -> Dial | Refuse:
    if line.trunk_id is None:
        walk.say("line_without_trunk", line=line.number)
        return walk.refuse("line_without_trunk")
    number = wish.number.number
    walk.say("dials", number=number, line=line.number, shown="" if walk.journey.is_hidden else line.number)
    walk.arrive_at(number)
    return Dial(
        line_id=line.line_id,
        trunk_id=line.trunk_id,
        number=for_carrier(number, line.number_format),
        shown_number=for_carrier(line.number, line.number_format),
        is_hidden=walk.journey.is_hidden,
        is_emergency=wish.number.kind is Kind.EMERGENCY,
        country=country,
        timeout_s=RING_S,
        line_calls=line.max_calls,
        rate=terms.rate,
        person_id=wish.person_id,
        path=walk.journey.path,
        steps=tuple(walk.steps),
    )
