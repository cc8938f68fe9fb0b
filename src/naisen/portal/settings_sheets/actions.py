"""Handing out a settings sheet: it shows a password, so it leaves a trace."""

from django.db import transaction
from django.utils import timezone

from naisen.portal.audit.actions import record
from naisen.portal.devices.models import Device
from naisen.portal.settings_sheets.queries import sheet_of
from naisen.portal.settings_sheets.sheet import Sheet
from naisen.portal.sign_in.models import Login


@transaction.atomic
def hand_out_sheet(*, by: Login, device: Device) -> Sheet:
    """The device's sheet for `by`; the audit trail notes who saw it. Raises devices.secrets.SecretUnreadable."""
    sheet = sheet_of(device, now=timezone.now())
    record(by=by, tenant=device.tenant, action="show_settings_sheet", subject=device)
    return sheet
