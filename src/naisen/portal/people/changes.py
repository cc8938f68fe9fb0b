"""A person's audit entries in words: «最近の変更», and what changed under a stale form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from naisen.portal.audit.models import Entry
from naisen.portal.people.forms import PersonForm


@dataclass(frozen=True)
class Change:
    """One change: when, by whom, what was done, and the fields that differ."""

    at: datetime
    by: str
    title: str
    details: list[str]


def changes(entries: Iterable[Entry]) -> list[Change]:
    """The entries in words, in the order given."""
    return [Change(entry.at, actor_of(entry), title_of(entry), details_of(entry)) for entry in entries]


def actor_of(entry: Entry) -> str:
    """Who did it; nobody's login means the system itself."""
    return entry.actor_name if entry.actor_id else _("システム")


def title_of(entry: Entry) -> str:
    """What was done, as a noun."""
    titles = {"register": _("登録"), "edit": _("編集"), "stop": _("停止"), "resume": _("再開")}
    return titles.get(entry.action, entry.action)


def details_of(entry: Entry) -> list[str]:
    """「内線番号: 1000 → 1001」 for each field of an edit."""
    if entry.action != "edit" or entry.before is None or entry.after is None:
        return []
    fields = PersonForm.base_fields
    return [
        f"{fields[name].label}: {plain(entry.before.get(name))} → {plain(value)}"
        for name, value in entry.after.items()
        if name in fields
    ]


def plain(value: Any) -> str:
    """A stored value as a clerk reads it."""
    if isinstance(value, list):
        return "、".join(map(str, value)) or "—"
    return "—" if value in (None, "") else str(value)
