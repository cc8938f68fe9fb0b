"""What routing asks, answered from the portal's tables, as they are or will be at a moment.

The edge answers the same questions from its views (edge.directory); the rule why a device may not register is
one function of the database, which both use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.models import Rate as StoredRate
from naisen.portal.departments.models import Department, Membership, PickupRight
from naisen.portal.devices.models import Device as StoredDevice
from naisen.portal.lines.models import Line as StoredLine
from naisen.portal.lines.models import LineRecipient
from naisen.portal.people.models import Person
from naisen.portal.registrations.models import Binding
from naisen.portal.tenants.models import Tenant
from naisen.routing import Called, Device, Forwarding, Limits, Line, Outgoing, OutLine, Rate, RingDevice

# As edge.device has it, with the moment in the place of now().
DEVICES = """
SELECT d.id, d.login, d.person_id, d.max_calls, coalesce(p.do_not_disturb, false), coalesce(p.name, ''),
       coalesce(n.digits, ''),
       device_why_not(
           d.person_id, p.stopped_at, t.allows_phone_login, d.cancels_on, t.suspended_at, t.closes_on,
           (%(at)s AT TIME ZONE t.time_zone)::date, c.id IS NOT NULL
       ),
       t.suspended_at IS NOT NULL AND device_why_not(
           d.person_id, p.stopped_at, false, d.cancels_on, NULL, t.closes_on,
           (%(at)s AT TIME ZONE t.time_zone)::date, c.id IS NOT NULL
       ) = ''
  FROM devices_device d
  JOIN tenants_tenant t ON t.id = d.tenant_id
  LEFT JOIN people_person p ON p.id = d.person_id
  LEFT JOIN numbering_number n ON n.id = p.number_id
  LEFT JOIN devices_credential c ON c.device_id = d.id AND c.ended_at IS NULL AND c.effective_at <= %(at)s
 WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(ids)s) ORDER BY d.id
"""
LONGEST_PREFIX = 13


@dataclass(frozen=True, slots=True)
class _Row:
    """A device at the moment; `why_not` is '' where it may register."""

    pk: int
    login: str
    person_id: int | None
    max_calls: int
    do_not_disturb: bool
    name: str
    extension: str
    why_not: str
    emergency_only: bool


class TenantDirectory:
    """naisen.routing.Directory of one tenant. `all_registered`: take every device for registered."""

    def __init__(self, tenant: Tenant, *, at: datetime, all_registered: bool = False) -> None:
        self.tenant, self.at, self.all_registered = tenant, at, all_registered

    def device(self, pk: int) -> Device:
        """The device that calls, whatever its state; raises LookupError where the tenant has none such."""
        rows = self._devices([pk])
        if not rows:
            raise LookupError(pk)
        row = rows[0]
        return Device(
            login=row.login,
            domain=self.tenant.domain,
            device_id=row.pk,
            tenant_id=self.tenant.pk,
            ha1="",
            person_id=row.person_id,
            extension=row.extension,
            display_name=row.name,
            may_register=not row.why_not,
            login_only=row.person_id is None,
            why_not=row.why_not or None,
            limits=Limits(row.max_calls, self.tenant.max_calls, self.tenant.calls_per_minute),
            emergency_only=row.emergency_only,
        )

    def called(self, domain: str, digits: str) -> Called | None:
        """The number with its devices, or None where the tenant has no such number."""
        person = (
            Person.objects.filter(tenant=self.tenant, number__tenant=self.tenant, number__digits=digits)
            .select_related("number")
            .first()
        )
        if person is not None:
            return self._person(person)
        department = (
            Department.objects.filter(tenant=self.tenant, number__tenant=self.tenant, number__digits=digits)
            .select_related("number")
            .first()
        )
        return self._department(department) if department is not None else None

    def registered(self, domain: str, login: str) -> bool:
        """Whether the device has a binding now."""
        return self.all_registered or login in self._bound

    def outgoing(self, person_id: int, number: str) -> Outgoing:
        """What holds when the person calls `number`."""
        person = Person.objects.filter(tenant=self.tenant, pk=person_id, stopped_at__isnull=True).first()
        if person is None:
            return self._outgoing((), number)
        default = person.default_line_id or self.tenant.common_line_id
        lines = person.outbound_lines.select_related("trunk").order_by("code")
        return self._outgoing([_out_line(line, is_default=line.pk == default) for line in lines], number)

    def line_outgoing(self, line_id: int, number: str) -> Outgoing:
        """The same for a line that forwards by itself."""
        lines = self._lines().filter(pk=line_id)
        return self._outgoing([_out_line(line, is_default=True) for line in lines], number)

    def emergency_lines(self, tenant_id: int, person_id: int) -> tuple[OutLine, ...]:
        """Every line that has a trunk: the person's default, the common line, the others (D-02)."""
        person = Person.objects.filter(tenant=self.tenant, pk=person_id, stopped_at__isnull=True).first()
        if person is None:
            return ()
        order = [person.default_line_id, self.tenant.common_line_id]
        lines = sorted(
            self._lines().filter(trunk__isnull=False),
            key=lambda line: (order.index(line.pk) if line.pk in order else len(order), line.pk),
        )
        return tuple(_out_line(line) for line in lines)

    def pickup_departments(self, person_id: int) -> tuple[int, ...]:
        """The departments whose ringing calls the person may pick up (S1-37)."""
        found = PickupRight.objects.filter(tenant=self.tenant, person_id=person_id)
        return tuple(found.order_by("department_id").values_list("department_id", flat=True))

    def line(self, stored: StoredLine) -> Line:
        """A line as a call comes in on it (C-06)."""
        recipients = LineRecipient.objects.filter(
            tenant=self.tenant, line=stored, person__stopped_at__isnull=True
        ).order_by("person__number__digits")
        people = recipients.values_list("person_id", "person__number__digits")
        department = stored.no_answer_department
        return Line(
            line_id=stored.pk,
            tenant_id=self.tenant.pk,
            domain=self.tenant.domain,
            code=stored.code,
            number=stored.number,
            name=stored.name,
            trunk_id=stored.trunk_id,
            timeout_s=stored.ring_timeout_s,
            max_calls=stored.max_calls,
            no_answer=stored.no_answer,
            no_answer_digits=department.number.digits if department else stored.no_answer_number,
            is_open=self._is_open(),
            recipients=tuple(digits for _pk, digits in people),
            devices=self._ringing(Q(person_id__in=[pk for pk, _digits in people])),
        )

    def _person(self, person: Person) -> Called:
        return Called(
            digits=person.number.digits,
            kind="person",
            target_id=person.pk,
            timeout_s=person.ring_timeout_s,
            available=not person.is_stopped,
            why_not="stopped" if person.is_stopped else None,
            devices=() if person.is_stopped else self._ringing(Q(person=person)),
            name=person.name,
            forwarding=Forwarding(
                person.forward_always,
                person.forward_busy,
                person.forward_no_answer,
                person.forward_unregistered,
            ),
            do_not_disturb=person.do_not_disturb,
        )

    def _department(self, department: Department) -> Called:
        members = Membership.objects.filter(tenant=self.tenant, department=department).values("person_id")
        return Called(
            digits=department.number.digits,
            kind="department",
            target_id=department.pk,
            timeout_s=department.ring_timeout_s,
            available=True,
            why_not=None,
            devices=self._ringing(Q(person_id__in=members)),
            name=department.name,
        )

    def _ringing(self, of: Q) -> tuple[RingDevice, ...]:
        ids = StoredDevice.objects.filter(of, tenant=self.tenant, person__isnull=False)
        return tuple(
            RingDevice(row.pk, row.login, row.person_id, row.do_not_disturb, row.max_calls)
            for row in self._devices(ids.values_list("pk", flat=True))
            if not row.why_not
        )

    def _devices(self, ids: Iterable[int]) -> list[_Row]:
        with connection.cursor() as cursor:
            cursor.execute(DEVICES, {"at": self.at, "tenant": self.tenant.pk, "ids": list(ids)})
            return [_Row(*row) for row in cursor.fetchall()]

    @cached_property
    def _bound(self) -> frozenset[str]:
        found = Binding.objects.filter(tenant=self.tenant).values_list("device_id", flat=True)
        logins = StoredDevice.objects.filter(tenant=self.tenant, pk__in=list(found))
        return frozenset(logins.values_list("login", flat=True))

    def _lines(self) -> QuerySet[StoredLine]:
        return StoredLine.objects.filter(tenant=self.tenant).select_related("trunk")

    def _outgoing(self, lines: Iterable[OutLine], number: str) -> Outgoing:
        return Outgoing(
            lines=tuple(lines),
            allowed_countries=tuple(self.tenant.allowed_countries),
            yen_per_day=self.tenant.yen_per_day,
            spent_yen=self._spent() if self.tenant.yen_per_day is not None else 0,
            rate=rate_of(number),
        )

    def _spent(self) -> int:
        """What the calls of the moment's day have cost, whole yen, rounded up."""
        zone = ZoneInfo(self.tenant.time_zone)
        midnight = self.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        charged = CallRecord.objects.filter(tenant=self.tenant, charge_yen__gt=0, started_at__gte=midnight)
        spent = charged.aggregate(sum=Sum("charge_yen"))["sum"] or Decimal(0)
        return int(spent.to_integral_value(ROUND_CEILING))

    def _is_open(self) -> bool:
        today = self.at.astimezone(ZoneInfo(self.tenant.time_zone)).date()
        closes_on = self.tenant.closes_on
        return self.tenant.suspended_at is None and (closes_on is None or closes_on > today)


def rate_of(number: str) -> Rate | None:
    """What calls to `number` cost: the rate of the longest prefix; None: nothing."""
    prefixes = [number[:length] for length in range(1, LONGEST_PREFIX + 1)]
    found = max(
        StoredRate.objects.filter(prefix__in=prefixes), key=lambda rate: len(rate.prefix), default=None
    )
    return Rate(found.name, found.unit_s, found.plain_yen) if found else None


def _out_line(line: StoredLine, *, is_default: bool = False) -> OutLine:
    trunk = line.trunk
    return OutLine(
        line_id=line.pk,
        code=line.code,
        number=line.number,
        trunk_id=line.trunk_id,
        number_format=trunk.number_format if trunk else "national",
        max_calls=line.max_calls,
        is_default=is_default,
    )
