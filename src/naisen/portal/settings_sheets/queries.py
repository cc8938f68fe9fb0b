"""What a device's settings sheet says."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from naisen.portal.devices.models import Device
from naisen.portal.devices.queries import open_credential, password_of
from naisen.portal.settings_sheets.sheet import Sheet


def sheet_of(device: Device, *, now: datetime) -> Sheet:
    """The sheet of `device` as it is at `now`, dates in the tenant's zone.

    After a reset it shows the new password at once, with the time from which it works (S1-111, D-05).
    Raises devices.secrets.SecretUnreadable.
    """
    credential = open_credential(device)
    zone = ZoneInfo(device.tenant.time_zone)
    effective_at = credential.effective_at.astimezone(zone)
    return Sheet(
        tenant=device.tenant.name,
        code=device.code,
        kind=device.get_kind_display(),
        person=device.person.name if device.person else None,
        extension=device.person.number.digits if device.person else None,
        login=device.login,
        password=password_of(credential),
        domain=device.tenant.domain,
        server=settings.SIP_ADDRESS,
        issued_on=f"{now.astimezone(zone):%Y-%m-%d}",
        usable_from=f"{effective_at:%Y-%m-%d %H:%M}" if effective_at > now else None,
    )
