"""Taking and changing numbers; one table, so that no two owners share one (S1-32)."""

from django.utils.translation import gettext as _

from naisen.portal.numbering import queries
from naisen.portal.numbering.models import Number
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.models import Tenant
from naisen.routing.japan import EMERGENCY


def take_number(*, tenant: Tenant, digits: str, kind: Number.Kind) -> Number:
    """Reserve `digits`; raises Refusal (field `extension`) when they are somebody's already."""
    refuse_taken(tenant=tenant, digits=digits)
    return Number.objects.create(tenant=tenant, digits=digits, kind=kind)


def change_number(*, number: Number, digits: str) -> None:
    """Give an owner other digits; raises Refusal (field `extension`) when they are taken."""
    if number.digits == digits:
        return
    refuse_taken(tenant=number.tenant, digits=digits)
    number.digits = digits
    number.save(update_fields=["digits"])


def refuse_taken(*, tenant: Tenant, digits: str) -> None:
    """Raise the Refusal that names who has the number: somebody, or the emergency services (C-12)."""
    if digits in EMERGENCY:
        raise Refusal(emergency(digits), field="extension")
    taken = queries.owner_of(tenant, digits)
    if taken is None:
        return
    raise Refusal(taken_by(digits, queries.owner_name(taken)), field="extension")


def emergency(digits: str) -> str:
    """The sentence that says that nobody has 110, 118 or 119."""
    return _("「%(digits)s」は緊急通報の番号です。別の番号にしてください。") % {"digits": digits}


def taken_by(digits: str, name: str) -> str:
    """The sentence that says who has the number."""
    return _("内線番号「%(digits)s」は「%(name)s」が使用中です。別の番号にしてください。") % {
        "digits": digits,
        "name": name,
    }
