"""`naisen manage verify_audit`: is the audit trail as it was written?"""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from naisen.portal.audit.chain import first_break
from naisen.portal.audit.models import Entry
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


class Command(BaseCommand):
    """Checks every tenant's chain, and the operator's; ends with an error that names the first broken entry of each."""

    help = "Verify the hash chain of every audit trail; fail naming the first broken entry."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a tenant; CommandError when a chain is broken."""
        broken = 0
        with scope.scoped(scope.EVERYTHING):
            for tenant in (*Tenant.objects.order_by("pk"), None):
                found = first_break(tenant.pk if tenant else None)
                broken += found is not None
                count = Entry.objects.filter(tenant=tenant).count()
                verdict = f"broken at {found}" if found else "whole"
                name = f"{tenant.circle_number} {tenant.name}" if tenant else "the operator"
                self.stdout.write(f"{name}: {count} entries, {verdict}")
        if broken:
            raise CommandError(f"{broken} audit trail(s) are broken")
