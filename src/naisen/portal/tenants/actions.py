"""Every write to a tenant's own settings."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.refusals import StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, kw_only=True)
class TenantSettings:
    """What a tenant's administrator decides for the whole tenant. `allows_phone_login`: D-01."""

    allows_phone_login: bool

    @classmethod
    def of(cls, tenant: Tenant) -> "TenantSettings":
        """As they are now."""
        return cls(allows_phone_login=tenant.allows_phone_login)


@transaction.atomic
def edit_tenant(
    *, by: Login | None, tenant: Tenant, seen: TenantSettings, settings: TenantSettings
) -> Tenant:
    """Store サークル設定; a device that may no longer register is dropped by the database's trigger.

    Raises StaleVersion when the settings are no longer those that the clerk has `seen`.
    """
    current = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    before = TenantSettings.of(current)
    if before != seen:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこの設定を変更しました。内容を確認してもう一度保存してください。"
            )
        )
    if settings != before:
        current.allows_phone_login = settings.allows_phone_login
        current.save(update_fields=["allows_phone_login"])
        record(
            by=by,
            tenant=current,
            action="edit",
            subject=current,
            before=asdict(before),
            after=asdict(settings),
        )
    return current
