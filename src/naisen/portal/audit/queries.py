"""Every read of the audit trail; each takes the tenant."""

from datetime import datetime

from django.db import models
from django.db.models import Max, QuerySet, Value
from django.db.models.functions import Upper

from naisen.portal.audit.models import Entry
from naisen.portal.tenants.models import Tenant


def entries(tenant: Tenant | None) -> QuerySet[Entry]:
    """A tenant's changes, the newest first; with None those of the operator's own things."""
    return Entry.objects.filter(tenant=tenant).order_by("-sequence").defer("search")


def count_of_all(tenant: Tenant | None) -> int:
    """How many changes a tenant has: they are numbered from 1 without a gap, and none is ever taken away."""
    newest: int | None = entries(tenant).aggregate(newest=Max("sequence"))["newest"]
    return newest or 0


def search(
    found: QuerySet[Entry],
    *,
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    actor_id: int | None = None,
    object_type: str = "",
    object_id: int | None = None,
) -> QuerySet[Entry]:
    """`found`, narrowed by the period [since, until), who did it (0: the system), and what it is about.

    Every one of `words` is in the object's or the person's name, or in a value before or after.
    """
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if actor_id is not None:
        found = found.filter(actor_id=actor_id or None)
    if object_type:
        found = found.filter(object_type=object_type)
    if object_id is not None:
        found = found.filter(object_id=object_id)
    for word in words.split():
        found = found.filter(search__contains=Upper(Value(word)))
    return found


def recent_changes(tenant: Tenant | None, subject: models.Model, *, limit: int = 10) -> list[Entry]:
    """The newest `limit` changes of one object."""
    return list(history_of(tenant, subject._meta.model_name or "", subject.pk)[:limit])


def history_of(tenant: Tenant | None, object_type: str, object_id: int) -> QuerySet[Entry]:
    """All changes of one object, the newest first."""
    return search(entries(tenant), object_type=object_type, object_id=object_id)
