"""Every write to devices: who uses them, and their passwords."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import Changed, record, record_all
from naisen.portal.devices import secrets
from naisen.portal.devices.models import Credential, Device
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import LoginServer, Tenant


@transaction.atomic
def issue_device(
    *,
    by: Login | None,
    tenant: Tenant,
    server: LoginServer,
    login: str,
    kind: Device.Kind = Device.Kind.SIP_DEVICE,
) -> Device:
    """A new device under contract, 未使用, with a password that works at once (S1-02)."""
    serial = (Device.objects.filter(tenant=tenant).aggregate(last=Max("serial"))["last"] or 0) + 1
    device = Device.objects.create(
        tenant=tenant, serial=serial, unique_number=f"{serial:03d}", login=login, kind=kind, server=server
    )
    _new_credential(device=device, effective_at=timezone.now())
    record(by=by, tenant=tenant, action="issue", subject=device, after={"login": login, "kind": kind})
    return device


@transaction.atomic
def assign_device(*, by: Login | None, device: Device, person: Person | None, version: int) -> Device:
    """Log a person in to a device, or out with None: then it is silent at once (S1-105).

    Raises StaleVersion when the device changed since `version` was read, Refusal for a person of
    another tenant or a stopped one.
    """
    device = locked(device, version=version)
    if person is not None and person.tenant_id != device.tenant_id:
        raise Refusal(_("選択したユーザが見つかりません。一覧から選び直してください。"), field="person")
    if device.person_id == (person.pk if person else None):
        return device
    return _assign(by=by, device=device, person=person)


@transaction.atomic
def limit_calls(*, by: Login | None, device: Device, max_calls: int, version: int) -> Device:
    """Set how many calls a device may have at once, ringing ones too; 1: no call waiting.

    Holds from the next call on. Raises StaleVersion when the device changed since `version` was read.
    """
    device = locked(device, version=version)
    before, device.max_calls = device.max_calls, max_calls
    if before != max_calls:
        device.version += 1
        device.save(update_fields=["max_calls", "version"])
        record(
            by=by,
            tenant=device.tenant,
            action="limit_calls",
            subject=device,
            before={"max_calls": before},
            after={"max_calls": max_calls},
        )
    return device


@transaction.atomic
def unassign_devices(*, by: Login | None, tenant: Tenant, versions: Mapping[int, int]) -> int:
    """Log several devices out, by id and version; all or none. Returns how many had a person (S1-105).

    Raises StaleVersion, naming the device, when one of them changed, Refusal when one is gone.
    """
    used = [device for device in all_locked(tenant, versions) if device.person]
    for device in used:
        _assign(by=by, device=device, person=None)
    return len(used)


@transaction.atomic
def unassign_people(*, by: Login | None, tenant: Tenant, people: Sequence[int]) -> None:
    """Make all devices of people, who are locked already, 未使用: a few statements however many there are."""
    used = list(_for_update(tenant.pk).filter(person__pk__any_of=list(people)).order_by("serial"))
    Device.objects.filter(pk__any_of=[device.pk for device in used]).update(
        person=None, version=F("version") + 1
    )
    changes = [
        Changed(subject=device, before={"person": str(device.person)}, after={"person": None})
        for device in used
    ]
    record_all(by=by, tenant=tenant, action="unassign", changes=changes)


def _assign(*, by: Login | None, device: Device, person: Person | None) -> Device:
    before = str(device.person) if device.person else None
    device.person = person
    device.ever_assigned = device.ever_assigned or person is not None
    device.version += 1
    device.save(update_fields=["person", "ever_assigned", "version"])
    record(
        by=by,
        tenant=device.tenant,
        action="assign" if person else "unassign",
        subject=device,
        before={"person": before},
        after={"person": str(person) if person else None},
    )
    return device


@transaction.atomic
def reset_password(*, by: Login | None, device: Device, version: int) -> Credential:
    """PWリセット (S1-110 … S1-113): the old password ends now, a new one works from the rule's hour.

    Raises Refusal when the device has a person or never had one (D-10), StaleVersion when it changed.
    """
    return _reset(by=by, device=locked(device, version=version), now=timezone.now())


@transaction.atomic
def reset_passwords(*, by: Login | None, tenant: Tenant, versions: Mapping[int, int]) -> list[Credential]:
    """PWリセット of several devices, by id and version; all or none. Raises what `reset_password` raises."""
    now = timezone.now()
    return [_reset(by=by, device=device, now=now) for device in all_locked(tenant, versions)]


def _reset(*, by: Login | None, device: Device, now: datetime) -> Credential:
    if not device.may_be_reset:
        raise Refusal(_("PWリセットは、使用したことがあり、いまは未使用のアカウントだけでできます。"))
    device.credentials.filter(ended_at__isnull=True).update(ended_at=now)
    device.version += 1
    device.save(update_fields=["version"])
    credential = _new_credential(device=device, effective_at=next_reset_time(device.tenant, now))
    record(
        by=by,
        tenant=device.tenant,
        action="reset_password",
        subject=device,
        after={"effective_at": credential.effective_at.isoformat(), "credential": credential.version},
    )
    return credential


def next_reset_time(tenant: Tenant, now: datetime) -> datetime:
    """When a password that is reset at `now` begins to work: the next day's hour, or at once (D-05)."""
    if tenant.reset_hour is None:
        return now
    local = now.astimezone(ZoneInfo(tenant.time_zone))
    morning = local.replace(hour=tenant.reset_hour, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=1)


def locked(device: Device, *, version: int) -> Device:
    """The row as it is now, locked until the transaction ends; raises StaleVersion or Refusal."""
    current = _for_update(device.tenant_id).filter(pk=device.pk).first()
    if current is None:
        raise Refusal(_("このアカウントはなくなっています。一覧に戻ってください。"))
    _check_version(current, version)
    return current


def all_locked(tenant: Tenant, versions: Mapping[int, int]) -> list[Device]:
    """The rows of these ids as they are now, locked in ID order; raises as `locked` does."""
    found = list(_for_update(tenant.pk).filter(pk__in=versions).order_by("serial"))
    if len(found) < len(versions):
        raise Refusal(_("選択したアカウントの一部はなくなっています。一覧に戻ってください。"))
    for device in found:
        _check_version(device, versions[device.pk])
    return found


def _for_update(tenant_id: int) -> QuerySet[Device]:
    return (
        Device.objects.select_for_update(of=("self",))
        .select_related("tenant", "server", "person", "person__number")
        .filter(tenant_id=tenant_id)
    )


def _check_version(device: Device, version: int) -> None:
    if device.version != version:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がアカウント %(code)s を変更しました。"
                "内容を確認してもう一度保存してください。"
            )
            % {"code": device.code}
        )


def _new_credential(*, device: Device, effective_at: datetime) -> Credential:
    version = (device.credentials.aggregate(last=Max("version"))["last"] or 0) + 1
    password = secrets.generate_password()
    return Credential.objects.create(
        tenant_id=device.tenant_id,
        device=device,
        version=version,
        secret=secrets.encrypt(password, tenant_id=device.tenant_id, device_id=device.pk, version=version),
        ha1=secrets.ha1(login=device.login, domain=device.tenant.domain, password=password),
        effective_at=effective_at,
    )
