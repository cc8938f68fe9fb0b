"""Writing the audit trail: in the same transaction as the change it tells of."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from naisen.portal.audit.models import Entry
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

# Who acts when nobody is signed in: the demo loader, an import of the operator's.
SYSTEM = "システム"


def record(
    *,
    by: Login | None,
    tenant: Tenant,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry. `before` and `after` map field names to plain values, never to secrets.

    Of two given mappings only the fields that differ are kept.
    """
    if before is not None and after is not None:
        changed = [name for name in after if before.get(name) != after[name]]
        before = {name: before.get(name) for name in changed}
        after = {name: after[name] for name in changed}
    return Entry.objects.create(
        tenant=tenant,
        actor_id=by.pk if by else None,
        actor_name=by.name if by else SYSTEM,
        action=action,
        object_type=subject._meta.model_name or "",
        object_id=subject.pk,
        object_name=str(subject)[:200],
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
    )
