"""What one device's page shows of its registrations: the bar, and the timeline beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Subquery
from django.db.models.functions import Coalesce

from naisen.portal.devices.models import Device
from naisen.portal.registrations.bar import Bar, Span, bar_of
from naisen.portal.registrations.models import Event, Failure
from naisen.portal.registrations.queries import timeline
from naisen.portal.registrations.timeline import Moment, moments
from naisen.portal.registrations.together import drops_around
from naisen.portal.tenants.models import Tenant

ITEMS, LINES = 300, 50
LOOKED_AT = 20  # losses that others may have been lost with
CHANGES = 3_000
LOST = (Event.What.EXPIRED, Event.What.DROPPED)


@dataclass(frozen=True)
class Past:
    """The drawing and the lines, newest first."""

    bar: Bar
    moments: Sequence[Moment]


def past_of(tenant: Tenant, device: Device, span: Span, now: datetime) -> Past:
    """The device's past up to `now`, in two queries; three for one that changed very often, two more after losses."""
    zone = ZoneInfo(tenant.time_zone)
    items = timeline(tenant, device, limit=ITEMS)
    events = [item for item in items if isinstance(item, Event)]
    begins = now - timedelta(hours=span)
    bar = bar_of(
        span,
        now,
        zone,
        changes=_changes(tenant, device, begins, events),
        refused=[(item.last_at, item.count) for item in items if isinstance(item, Failure)],
    )
    lost = [event.at for event in events if event.what in LOST][:LOOKED_AT]
    return Past(bar, moments(items, zone, drops_around(tenant, lost))[:LINES])


def _changes(
    tenant: Tenant, device: Device, begins: datetime, newest: Sequence[Event]
) -> list[tuple[datetime, str]]:
    """(time, what) of the events from `begins` on, and of the last one before, oldest first."""
    if len(newest) < ITEMS or newest[-1].at < begins:
        return [(event.at, event.what) for event in newest][::-1]
    events = Event.objects.filter(tenant=tenant, device=device)
    before = events.filter(at__lt=begins).order_by("-at").values("at")[:1]
    since = Coalesce(Subquery(before), begins, output_field=DateTimeField())
    found = events.filter(at__gte=since).order_by("-at", "-id").values_list("at", "what")[:CHANGES]
    return list(found)[::-1]
