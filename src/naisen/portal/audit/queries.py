"""Reading the audit trail."""

from django.db import models

from naisen.portal.audit.models import Entry
from naisen.portal.tenants.models import Tenant


def recent_changes(tenant: Tenant, subject: models.Model, *, limit: int = 10) -> list[Entry]:
    """The newest `limit` changes of one object."""
    return list(
        Entry.objects.filter(
            tenant=tenant, object_type=subject._meta.model_name, object_id=subject.pk
        ).order_by("-sequence")[:limit]
    )
