"""What devices' settings sheets say."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import Http404
from django.utils import timezone

from naisen.portal.devices import queries as device_queries
from naisen.portal.devices.models import Credential, Device
from naisen.portal.devices.queries import open_credential, password_of
from naisen.portal.settings_sheets.models import SheetsFile, hash_of
from naisen.portal.settings_sheets.sheet import TRANSPORT, Sheet
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

ROWS_AT_ONCE = 1000

Offers = Sequence[tuple[str, str]]


def sheet_of(device: Device, *, now: datetime) -> Sheet:
    """The sheet of `device` as it is at `now`, dates in the tenant's zone.

    After a reset it shows the new password at once, with the time from which it works (S1-111, D-05).
    Raises devices.secrets.SecretUnreadable.
    """
    return _sheet(device, open_credential(device), device.tenant, now, offers())


def sheets_of(tenant: Tenant, device_ids: Sequence[int], *, now: datetime) -> Iterator[Sheet]:
    """The sheets of those of the tenant's devices, in the order given; read as they are needed.

    A device that is gone meanwhile is left out. Raises devices.secrets.SecretUnreadable.
    """
    offered = offers()
    for start in range(0, len(device_ids), ROWS_AT_ONCE):
        part = device_ids[start : start + ROWS_AT_ONCE]
        found = device_queries.devices(tenant).in_bulk(part)
        opened = Credential.objects.filter(tenant=tenant, device__in=part, ended_at__isnull=True)
        credentials = {credential.device_id: credential for credential in opened}
        for pk in part:
            if pk in found and pk in credentials:
                yield _sheet(found[pk], credentials[pk], tenant, now, offered)


def ordered_file_or_404(login: Login, tenant: Tenant, token: str) -> SheetsFile:
    """What `login` has ordered under `token`; Http404 for anybody else and when it has expired."""
    file = SheetsFile.objects.filter(
        token_hash=hash_of(token), login=login, tenant=tenant, expires_at__gt=timezone.now()
    ).first()
    if file is None:
        raise Http404
    return file


def offers() -> Offers:
    """How phones may register now, as the edge last said."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transport, address FROM own_address")
        return offers_of(dict(cursor.fetchall()))


def offers_of(known: Mapping[str, str]) -> Offers:
    """UDP and TCP at the server, TLS and WSS at addresses of their own (C-01); `known`: host:port by transport."""
    if known.get("tls", settings.SIP_ADDRESS) == settings.SIP_ADDRESS:  # an edge without a front
        return [(TRANSPORT, "")]
    return [("UDP / TCP", ""), ("TLS", known["tls"]), ("WSS", f"wss://{known['wss']}/sip")]


def _sheet(device: Device, credential: Credential, tenant: Tenant, now: datetime, offered: Offers) -> Sheet:
    zone = ZoneInfo(tenant.time_zone)
    return Sheet(
        tenant=tenant.name,
        code=device.code,
        kind=device.get_kind_display(),
        person=device.person.name if device.person else None,
        extension=device.person.number.digits if device.person else None,
        login=device.login,
        password=password_of(credential),
        domain=tenant.domain,
        server=settings.SIP_ADDRESS,
        issued_on=f"{now.astimezone(zone):%Y-%m-%d}",
        effective_at=f"{credential.effective_at.astimezone(zone):%Y-%m-%d %H:%M}",
        is_waiting=credential.effective_at > now,
        offers=offered,
    )
