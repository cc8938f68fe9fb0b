"""Every read of the audit trail; each takes the tenant."""

from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from naisen.portal.audit.models import Entry
from naisen.portal.tenants.models import Tenant


def entries(tenant: Tenant | None) -> QuerySet[Entry]:
    """A tenant's changes, the newest first; with None those of the operator's own things."""
    return Entry.objects.filter(tenant=tenant).order_by("-sequence")


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
        # Most Japanese words have no capitals; comparing without them takes a third of the time.
        how = "contains" if word.upper() == word.lower() else "icontains"
        names = Q(**{f"object_name__{how}": word}) | Q(**{f"actor_name__{how}": word})
        values = Q(**{f"before_text__{how}": word}) | Q(**{f"after_text__{how}": word})
        found = found.alias(before_text=Cast("before", TextField()), after_text=Cast("after", TextField()))
        found = found.filter(names | values)
    return found


def recent_changes(tenant: Tenant | None, subject: models.Model, *, limit: int = 10) -> list[Entry]:
    """The newest `limit` changes of one object."""
    return list(history_of(tenant, subject._meta.model_name or "", subject.pk)[:limit])


def history_of(tenant: Tenant | None, object_type: str, object_id: int) -> QuerySet[Entry]:
    """All changes of one object, the newest first."""
    return search(entries(tenant), object_type=object_type, object_id=object_id)
