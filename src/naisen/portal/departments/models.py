"""Departments (所属): groups of people that ring together (S1-80 … S1-85)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant


class Department(models.Model):
    """A department with a number of its own. `ring_timeout_s` is in seconds (S1-83).

    With `multicast` a call to the number is a one-way announcement (S1-82). `serial` is given by the
    database (numbering.serials).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="departments")
    serial = models.PositiveIntegerField(db_default=0)
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="department")
    name = models.CharField(max_length=100)
    multicast = models.BooleanField(default=False)
    ring_timeout_s = models.PositiveIntegerField(default=360)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "serial"], name="department_serial_once"),
            models.UniqueConstraint(fields=["tenant", "name"], name="department_name_once"),
            models.CheckConstraint(
                condition=Q(ring_timeout_s__gte=1) & Q(ring_timeout_s__lte=3600),
                name="department_ring_timeout",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The ID as the list shows it: 00001 (S1-85)."""
        return f"{self.serial:05d}"


class Membership(models.Model):
    """A person who rings with a department (S1-35, S1-84)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department"], name="membership_once")
        ]
        # With the tenant, which row-level security asks for: members are found and counted in the index.
        indexes: ClassVar = [
            models.Index(fields=["department", "person"], include=["tenant"], name="membership_by_department")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ∈ {self.department_id}"


class PickupRight(models.Model):
    """A department whose ringing calls a person may pick up (S1-37)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="pickup_rights")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department"], name="pickup_right_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ⇠ {self.department_id}"
