"""What is written about call records: that somebody took them away as a file."""

from django.db import transaction

from naisen.portal.audit.actions import record
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@transaction.atomic
def note_download(*, by: Login, tenant: Tenant, count: int, conditions: str) -> None:
    """Put into the audit trail that `by` downloads `count` calls; `conditions` is what they were searched by."""
    after = {"count": count, "conditions": conditions}
    record(by=by, tenant=tenant, action="download_calls", subject=tenant, after=after)
