"""Handing out settings sheets: they show passwords, so each hand-out leaves a trace."""

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.devices.models import Device
from naisen.portal.refusals import Refusal
from naisen.portal.settings_sheets import queries
from naisen.portal.settings_sheets.models import SheetsFile, hash_of
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.settings_sheets.sheet import Sheet
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

TOKEN_BYTES = 32


@transaction.atomic
def hand_out_sheet(*, by: Login, device: Device) -> Sheet:
    """The device's sheet for `by`; the audit trail notes who saw it. Raises devices.secrets.SecretUnreadable."""
    sheet = queries.sheet_of(device, now=timezone.now())
    record(by=by, tenant=device.tenant, action="show_settings_sheet", subject=device)
    return sheet


@transaction.atomic
def hand_out_sheets(*, by: Login, tenant: Tenant, device_ids: Sequence[int], output: Output) -> list[Sheet]:
    """The sheets of these devices, and one audit entry that says how many. Raises SecretUnreadable."""
    sheets = list(queries.sheets_of(tenant, device_ids, now=timezone.now()))
    _note(by=by, tenant=tenant, output=output, count=len(sheets))
    return sheets


@transaction.atomic
def order_sheets(*, by: Login, tenant: Tenant, device_ids: Sequence[int], output: Output) -> str:
    """Have the worker make a large output; returns the token (256 bits) that `by` asks for it with."""
    from naisen.portal.settings_sheets.tasks import make

    token = secrets.token_urlsafe(TOKEN_BYTES)
    file = SheetsFile.objects.create(
        tenant=tenant,
        login=by,
        token_hash=hash_of(token),
        output=output,
        language=get_language() or "ja",
        device_ids=list(device_ids),
    )
    _note(by=by, tenant=tenant, output=output, count=file.total)
    make.defer(tenant_id=tenant.pk, file_id=file.pk)
    return token


def take_sheets(*, file: SheetsFile) -> bytes:
    """The finished file, which is then gone. Raises Refusal when it is not there (any more)."""
    gone = Refusal(_("この設定書はもうありません。アカウント一覧から、もう一度出力してください。"))
    with transaction.atomic():
        ready = SheetsFile.objects.select_for_update().filter(
            pk=file.pk, state=SheetsFile.State.READY, expires_at__gt=timezone.now()
        )
        if not ready.exists():
            raise gone
        ready.update(state=SheetsFile.State.TAKEN)
    try:
        content = file.path.read_bytes()
        file.path.unlink()
    except FileNotFoundError:
        raise gone from None
    return content


def _note(*, by: Login, tenant: Tenant, output: Output, count: int) -> None:
    after = {"output": output.value, "count": count}
    record(by=by, tenant=tenant, action="show_settings_sheets", subject=tenant, after=after)
