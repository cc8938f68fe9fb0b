"""Writing the audit trail: in the same transaction as the change it tells of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from naisen.portal import bulk
from naisen.portal.audit.models import Entry
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

# Who acts when nobody is signed in: the demo loader, an import of the operator's.
SYSTEM = "システム"


ROWS_AT_ONCE = 1000
COLUMNS = {
    "tenant_id": "bigint",
    "sequence": "bigint",
    "at": "timestamptz",
    "actor_id": "bigint",
    "actor_name": "text",
    "action": "text",
    "object_type": "text",
    "object_id": "bigint",
    "object_name": "text",
    "before": "jsonb",
    "after": "jsonb",
    "previous_hash": "text",
    "hash": "text",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Stands for an object of `model` that is not at hand; one of many thousands."""

    model: type[models.Model]
    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One object of many that an action changes, with its plain values before and after."""

    subject: "models.Model | Named"
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(
    *,
    by: Login | None,
    tenant: Tenant | None,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry. `before` and `after` map field names to plain values, never to secrets.

    Of two given mappings only the fields that differ are kept. `tenant` None: something of the operator's.
    """
    changed = Changed(subject=subject, before=before, after=after)
    entry = Entry(**_values(by=by, tenant=tenant, action=action, changed=changed))
    entry.save(force_insert=True)
    return entry


def record_all(*, by: Login | None, tenant: Tenant, action: str, changes: Iterable[Changed]) -> None:
    """Append one entry for each object, in the order given, as `record` would."""
    common = {"at": timezone.now(), "sequence": 0, "previous_hash": "", "hash": ""}
    made = (_values(by=by, tenant=tenant, action=action, changed=changed) for changed in changes)
    rows = [values | common for values in made]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        bulk.insert("audit_entry", COLUMNS, rows[start : start + ROWS_AT_ONCE])


def _values(*, by: Login | None, tenant: Tenant | None, action: str, changed: Changed) -> dict[str, Any]:
    """The columns that say what happened; the others are the database's."""
    before, after, subject = changed.before, changed.after, changed.subject
    if before is not None and after is not None:
        names = [name for name in after if before.get(name) != after[name]]
        before, after = {name: before.get(name) for name in names}, {name: after[name] for name in names}
    model = subject.model if isinstance(subject, Named) else subject
    return {
        "tenant_id": tenant.pk if tenant else None,
        "actor_id": by.pk if by else None,
        "actor_name": by.name if by else SYSTEM,
        "action": action,
        "object_type": model._meta.model_name or "",
        "object_id": subject.pk,
        "object_name": str(subject)[:200],
        "before": dict(before) if before is not None else None,
        "after": dict(after) if after is not None else None,
    }
