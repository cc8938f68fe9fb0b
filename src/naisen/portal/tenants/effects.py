"""Which devices a change of 「端末操作でのログイン」 touches (D-01)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from naisen.portal.devices.models import Device
from naisen.portal.devices.queries import devices
from naisen.portal.registrations.models import Binding
from naisen.portal.tenants.models import Tenant

# How many devices a confirmation names.
NAMED = 5


@dataclass(frozen=True)
class PhoneLoginEffects:
    """How many devices are 未使用 (`unused`), the first of them by ID, and how many are connected now."""

    unused: int
    first: str
    connected: int


def phone_login_effects(tenant: Tenant) -> PhoneLoginEffects:
    """The tenant's 未使用 devices, counted; a device of two terminals is connected once."""
    unused = devices(tenant).filter(person__isnull=True)
    connected = Binding.objects.filter(tenant=tenant, device_id__in=unused.values("pk"))
    return PhoneLoginEffects(
        unused=unused.count(),
        first=_named(unused),
        connected=connected.values("device_id").distinct().count(),
    )


def _named(unused: QuerySet[Device]) -> str:
    """「00004、00005、…」."""
    codes = [device.code for device in unused[: NAMED + 1]]
    return "、".join([*codes[:NAMED], *(["…"] if len(codes) > NAMED else [])])
