"""Who has which number."""

from naisen.portal.numbering.models import Number
from naisen.portal.tenants.models import Tenant


def owner_of(tenant: Tenant, digits: str) -> Number | None:
    """The number's row with its person or department, or None when the number is free."""
    return Number.objects.filter(tenant=tenant, digits=digits).select_related("person", "department").first()


def owner_name(number: Number) -> str:
    """What the owner of a number is called."""
    owner = getattr(number, "person", None) or getattr(number, "department", None)
    return owner.name if owner else ""
