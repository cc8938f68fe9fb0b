"""A tenant's limits: the operator sets them, the edge keeps them, the tenant sees them.

Calls abroad are closed unless the operator opens a country. Emergency calls pass every limit (D-02).
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.refusals import StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.countries import countries_in_words
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, kw_only=True)
class TenantLimits:
    """`max_calls` and `yen_per_day` None: no limit. `allowed_countries`: ISO 3166's letters, sorted."""

    max_calls: int | None = None
    calls_per_minute: int = 60
    allowed_countries: tuple[str, ...] = ()
    yen_per_day: int | None = None

    @classmethod
    def of(cls, tenant: Tenant) -> "TenantLimits":
        """As they are now."""
        return cls(
            max_calls=tenant.max_calls,
            calls_per_minute=tenant.calls_per_minute,
            allowed_countries=tuple(sorted(tenant.allowed_countries)),
            yen_per_day=tenant.yen_per_day,
        )


@transaction.atomic
def edit_limits(*, by: Login | None, tenant: Tenant, seen: TenantLimits, limits: TenantLimits) -> Tenant:
    """Store the limits; they hold from the next call on.

    Raises StaleVersion when they are no longer those that the operator has `seen`.
    """
    current = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    before = TenantLimits.of(current)
    if before != seen:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこの制限を変更しました。内容を確認してもう一度保存してください。"
            )
        )
    if limits != before:
        for name, value in columns(limits).items():
            setattr(current, name, value)
        current.save(update_fields=list(columns(limits)))
        record(
            by=by,
            tenant=current,
            action="edit_limits",
            subject=current,
            before=columns(before),
            after=columns(limits),
        )
    return current


def columns(limits: TenantLimits) -> dict[str, Any]:
    """As the tenant's row and the audit trail have them."""
    return {**asdict(limits), "allowed_countries": list(limits.allowed_countries)}


def limits_in_words(tenant: Tenant) -> list[tuple[str, str]]:
    """Label and sentence of each limit, for whoever looks at them."""
    limits = TenantLimits.of(tenant)
    return [
        (
            _("同時通話数"),
            _("%(count)s通話まで") % {"count": limits.max_calls} if limits.max_calls else _("制限なし"),
        ),
        (_("1分あたりの発信数"), _("%(count)s回まで") % {"count": limits.calls_per_minute}),
        (_("許可する国"), countries_in_words(limits.allowed_countries)),
        (
            _("1日の上限"),
            _("%(yen)s円まで") % {"yen": f"{limits.yen_per_day:,}"}
            if limits.yen_per_day is not None
            else _("制限なし"),
        ),
    ]
