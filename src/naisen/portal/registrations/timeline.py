"""A device's registration timeline in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.words import words_for


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `detail` tells terminal and address."""

    at: datetime
    title: str
    detail: str
    is_good: bool = False
    is_bad: bool = False


def moments(items: list[Event | Failure]) -> list[Moment]:
    """Events and failures as lines, in the order given."""
    return [_of_event(item) if isinstance(item, Event) else _of_failure(item) for item in items]


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
