"""Every write to people: atomic, audited, and refused when the form was stale."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import Changed, record, record_all
from naisen.portal.departments.models import Department
from naisen.portal.devices.actions import assign_device, unassign_people
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.numbering.actions import change_number, take_number
from naisen.portal.numbering.models import Number
from naisen.portal.people.forwarding import Forwarding, Owner, check_forwarding, default_line_of
from naisen.portal.people.kana import to_katakana
from naisen.portal.people.models import Person
from naisen.portal.people.pins import check_pin, hash_pin
from naisen.portal.people.rules import check_default_line
from naisen.portal.people.snapshot import snapshot, snapshots
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """What the form says about a person. `pin` None leaves the PIN as it is, empty takes it away."""

    name: str
    extension: str
    kana: str = ""
    pin: str | None = field(default=None, repr=False)
    default_line: Line | None = None
    ring_timeout_s: int = 60
    memo: str = ""
    forwarding: Forwarding = field(default_factory=Forwarding)
    departments: Sequence[Department] = field(default_factory=tuple)
    pickup_departments: Sequence[Department] = field(default_factory=tuple)
    inbound_lines: Sequence[Line] = field(default_factory=tuple)
    outbound_lines: Sequence[Line] = field(default_factory=tuple)
    devices: Sequence[Device] = field(default_factory=tuple)


@transaction.atomic
def register_person(*, by: Login | None, tenant: Tenant, data: PersonData) -> Person:
    """Create a person with number, memberships, lines and devices (S1-30 … S1-43).

    Raises Refusal with the field it belongs to; then nothing was stored.
    """
    _check(tenant, data)
    number = take_number(tenant=tenant, digits=data.extension, kind=Number.Kind.PERSON)
    person = Person.objects.create(tenant=tenant, number=number, **_columns(data))
    _link(by=by, person=person, data=data)
    record(by=by, tenant=tenant, action="register", subject=person, after=snapshot(person))
    return person


@transaction.atomic
def edit_person(*, by: Login | None, person: Person, version: int, data: PersonData) -> Person:
    """Replace what is known of a person by `data`.

    Raises StaleVersion when the person has changed since `version` was read, else Refusal as
    register_person does.
    """
    person = locked(person, version=version)
    _check(person.tenant, data)
    before = snapshot(person)
    change_number(number=person.number, digits=data.extension)
    for name, value in _columns(data).items():
        setattr(person, name, value)
    person.version += 1
    person.save()
    _link(by=by, person=person, data=data)
    after = snapshot(person)
    if data.pin is not None:
        before, after = {**before, "pin": "•••"}, {**after, "pin": "••• →"}
    if before != after:
        record(by=by, tenant=person.tenant, action="edit", subject=person, before=before, after=after)
    return person


@transaction.atomic
def stop_people(*, by: Login | None, tenant: Tenant, people: Sequence[Person]) -> int:
    """Stop people (S1-25): from this second their devices neither call nor ring. Returns how many."""
    return _set_stopped(by=by, tenant=tenant, people=people, stopped=True)


@transaction.atomic
def resume_people(*, by: Login | None, tenant: Tenant, people: Sequence[Person]) -> int:
    """Take people back from 停止ユーザ一覧 (S1-63). Returns how many."""
    return _set_stopped(by=by, tenant=tenant, people=people, stopped=False)


@transaction.atomic
def delete_people(*, by: Login | None, tenant: Tenant, people: Sequence[Person]) -> int:
    """Delete stopped people (S1-64): extensions are free again, devices become 未使用.

    People who are not stopped are left alone. Returns how many were deleted.
    """
    chosen = _locked_people(tenant, people, stopped=True)
    ids = [person.pk for person in chosen]
    before = snapshots(chosen)
    unassign_people(by=by, tenant=tenant, people=ids)
    gone = [Changed(subject=person, before=before[person.pk]) for person in chosen]
    record_all(by=by, tenant=tenant, action="delete", changes=gone)
    Person.objects.filter(pk__any_of=ids).delete()
    Number.objects.filter(pk__any_of=[person.number_id for person in chosen]).delete()
    return len(chosen)


def locked(person: Person, *, version: int) -> Person:
    """The row as it is now, locked until the transaction ends; raises StaleVersion or Refusal."""
    current = (
        Person.objects.select_for_update(of=("self",))
        .select_related("number", "number__tenant", "tenant", "default_line")
        .filter(pk=person.pk, tenant_id=person.tenant_id)
        .first()
    )
    if current is None:
        raise Refusal(_("このユーザは削除されています。一覧に戻ってください。"))
    if current.version != version:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこのユーザを変更しました。内容を確認してもう一度保存してください。"
            )
        )
    return current


def _check(tenant: Tenant, data: PersonData) -> None:
    if data.pin:
        check_pin(data.pin, extension=data.extension)
    check_default_line(data.default_line, data.outbound_lines)
    line = default_line_of(tenant, data.default_line, data.outbound_lines)
    check_forwarding(data.forwarding, Owner(tenant, data.extension, line))


def _columns(data: PersonData) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "name": data.name.strip(),
        "kana": to_katakana(data.kana),
        "default_line": data.default_line,
        "ring_timeout_s": data.ring_timeout_s,
        "memo": data.memo,
        **data.forwarding.columns(),
    }
    if data.pin is not None:
        columns["pin_hash"] = hash_pin(data.pin)
    return columns


def _link(*, by: Login | None, person: Person, data: PersonData) -> None:
    same_tenant = {"tenant_id": person.tenant_id}
    person.departments.set(data.departments, through_defaults=same_tenant)
    person.pickup_departments.set(data.pickup_departments, through_defaults=same_tenant)
    person.inbound_lines.set(data.inbound_lines, through_defaults=same_tenant)
    person.outbound_lines.set(data.outbound_lines, through_defaults=same_tenant)
    wanted = {device.pk for device in data.devices}
    for device in person.devices.exclude(pk__in=wanted):
        assign_device(by=by, device=device, person=None, version=device.version)
    for device in data.devices:
        if device.person_id != person.pk:
            assign_device(by=by, device=device, person=person, version=device.version)


def _set_stopped(*, by: Login | None, tenant: Tenant, people: Sequence[Person], stopped: bool) -> int:
    """In a few statements however many people; an entry for each."""
    chosen = _locked_people(tenant, people, stopped=not stopped)
    now = timezone.now() if stopped else None
    after = {"stopped_at": now.isoformat() if now else None}
    changes = [Changed(subject=person, before=_stopped_of(person), after=after) for person in chosen]
    ids = [person.pk for person in chosen]
    Person.objects.filter(pk__any_of=ids).update(stopped_at=now, version=F("version") + 1)
    record_all(by=by, tenant=tenant, action="stop" if stopped else "resume", changes=changes)
    return len(chosen)


def _stopped_of(person: Person) -> dict[str, Any]:
    return {"stopped_at": person.stopped_at.isoformat() if person.stopped_at else None}


def _locked_people(tenant: Tenant, people: Sequence[Person], *, stopped: bool) -> list[Person]:
    """Those who are stopped, or who are not, locked in the order of their ids until the transaction ends."""
    return list(
        Person.objects.select_for_update(of=("self",))
        .select_related("number")
        .filter(tenant=tenant, pk__any_of=[person.pk for person in people], stopped_at__isnull=not stopped)
        .order_by("pk")
    )
