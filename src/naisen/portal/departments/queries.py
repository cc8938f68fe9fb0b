"""Every read of departments; each takes the tenant."""

from django.db.models import QuerySet

from naisen.portal.departments.models import Department
from naisen.portal.tenants.models import Tenant


def departments(tenant: Tenant) -> QuerySet[Department]:
    """A tenant's departments, by number."""
    return Department.objects.filter(tenant=tenant).select_related("number").order_by("number__digits")
