"""A device's registration timeline in words: what belongs together is one line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.spells import Spell, spells
from naisen.portal.registrations.together import Drop
from naisen.portal.registrations.words import words_for


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `detail` tells terminal and address; `inside` are the lines that it sums up."""

    at: datetime
    title: str
    detail: str
    is_good: bool = False
    is_bad: bool = False
    inside: tuple["Moment", ...] = ()


def moments(items: Sequence[Event | Failure], zone: ZoneInfo, drops: Sequence[Drop] = ()) -> list[Moment]:
    """Events and failures as lines, newest first as they were given; each spell of flapping is one line."""
    flapping = spells([item for item in items if isinstance(item, Event)], zone)
    found: list[Moment] = []
    for spell, group in groupby(items, lambda item: _spell_of(item, flapping)):
        lines = tuple(_lines(group, drops))
        found.extend([_of_spell(spell, lines)] if spell else lines)
    return found


def _spell_of(item: Event | Failure, found: Sequence[Spell]) -> Spell | None:
    if isinstance(item, Failure):
        return None
    return next((spell for spell in found if spell.holds(item.at)), None)


def _lines(items: Iterator[Event | Failure], drops: Sequence[Drop]) -> Iterator[Moment]:
    for item in items:
        if isinstance(item, Failure):
            yield _of_failure(item)
        else:
            yield _with_the_others(_of_event(item), item, drops)


def _of_spell(spell: Spell, inside: tuple[Moment, ...]) -> Moment:
    hours = {
        "from": f"{spell.began_at:%H:%M}",
        "until": f"{spell.ended_at:%H:%M}",
        "count": spell.losses,
    }
    return Moment(
        at=inside[0].at,
        title=_("%(from)s–%(until)s に %(count)s 回切れました") % hours,
        detail=str(words_for("flapping").next_step),
        is_bad=True,
        inside=inside,
    )


def _with_the_others(moment: Moment, event: Event, drops: Sequence[Drop]) -> Moment:
    drop = next((drop for drop in drops if drop.holds(event.device_id, event.at)), None)
    if drop is None:
        return moment
    step = _("その場所の回線とルーターを確かめてください。")
    return replace(moment, title=f"{moment.title}: {drop}", detail=step, is_bad=True)


def _of_event(event: Event) -> Moment:
    return Moment(
        at=event.at,
        title=event.get_what_display(),
        detail=" · ".join(part for part in (event.terminal, event.address or event.contact) if part),
        is_good=event.what in (Event.What.REGISTERED, Event.What.MOVED),
    )


def _of_failure(failure: Failure) -> Moment:
    times = _("%(count)s回") % {"count": failure.count} if failure.count > 1 else ""
    return Moment(
        at=failure.last_at,
        title=_("拒否: %(why)s") % {"why": words_for(failure.reason).short},
        detail=" · ".join(part for part in (failure.terminal, failure.address, times) if part),
        is_bad=True,
    )
