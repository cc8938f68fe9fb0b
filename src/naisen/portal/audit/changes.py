"""Audit entries in words: who did what to what, and from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from naisen.portal.audit.models import Entry
from naisen.portal.audit.words import NOTHING, Field, field_of, in_order, kind_of, title_of
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class Detail:
    """One field: its values in words. `before` is empty where there was no before, `after` where no after."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        """「内線番号: 1000 → 1001」, or 「内線番号: 1000」 of what came or went."""
        if self.before and self.after:
            return f"{self.label}: {self.before} → {self.after}"
        return f"{self.label}: {self.before or self.after}"


@dataclass(frozen=True)
class Change:
    """One change: when, by whom, what was done to which object, and the fields that it is about."""

    at: datetime
    by: str
    kind: str
    name: str
    title: str
    details: list[Detail]


def changes(tenant: Tenant | None, entries: Iterable[Entry]) -> list[Change]:
    """The entries in words, in the order given."""
    zone = ZoneInfo(tenant.time_zone if tenant else settings.OPERATORS_ZONE)
    return [_change(entry, zone) for entry in entries]


def actor_of(entry: Entry) -> str:
    """Who did it; nobody's login means the system itself."""
    return entry.actor_name if entry.actor_id else _("システム")


def _change(entry: Entry, zone: ZoneInfo) -> Change:
    return Change(
        at=entry.at,
        by=actor_of(entry),
        kind=kind_of(entry.object_type),
        name=entry.object_name,
        title=title_of(entry.object_type, entry.action),
        details=list(_details(entry, zone)),
    )


def _details(entry: Entry, zone: ZoneInfo) -> Iterable[Detail]:
    before, after = entry.before, entry.after
    for name in in_order(entry.object_type, after if after is not None else before or {}):
        field = field_of(entry.object_type, name)
        old = field.show(before.get(name), zone) if before is not None else ""
        new = field.show(after.get(name), zone) if after is not None else ""
        detail = _detail(field, old, new)
        if detail is not None:
            yield detail


def _detail(field: Field, old: str, new: str) -> Detail | None:
    """None when there is nothing to say: what is empty in a thing that came or went."""
    label: Any = field.label
    if field.tells and new:
        old = ""
    if (old or NOTHING) == (new or NOTHING) == NOTHING or (not (old and new) and (old or new) == NOTHING):
        return None
    return Detail(str(label), old, new)
