"""Every read of lines; each takes the tenant."""

from django.db.models import QuerySet

from naisen.portal.lines.models import Line
from naisen.portal.tenants.models import Tenant


def lines(tenant: Tenant) -> QuerySet[Line]:
    """A tenant's lines, by code."""
    return Line.objects.filter(tenant=tenant).order_by("code")
