"""The registration timeline, refused attempts, and the bindings in force now."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naisen.portal.devices.models import Device
from naisen.portal.tenants.models import Tenant


class Event(models.Model):
    """Something that happened to a device's registration; written by a trigger (rule 4)."""

    class What(models.TextChoices):
        """The kinds of event."""

        REGISTERED = "registered", _("登録")
        MOVED = "moved", _("接続元の変更")
        UNREGISTERED = "unregistered", _("登録の終了")
        EXPIRED = "expired", _("期限切れ")
        DROPPED = "dropped", _("切断")

    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    device = models.ForeignKey(
        Device, on_delete=models.DO_NOTHING, db_constraint=False, related_name="events"
    )
    at = models.DateTimeField()
    what = models.CharField(max_length=12, choices=What)
    contact = models.CharField(max_length=512)
    address = models.CharField(max_length=255, blank=True)
    terminal = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.what} {self.at}"


class Failure(models.Model):
    """Refused attempts to register: one row a login, address, reason and hour, with a count.

    `tenant` and `device` are None when the domain or the login is nobody's.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="failures")
    domain = models.CharField(max_length=190)
    login = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    reason = models.CharField(max_length=24)
    hour = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    terminal = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["domain", "login", "address", "reason", "hour"], name="failure_once_an_hour"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["device", "-last_at"], name="failure_by_device")]

    def __str__(self) -> str:
        return f"{self.login}@{self.domain} {self.reason} ×{self.count}"


class Binding(models.Model):
    """A contact that is registered now: a view over Kamailio's location table, never written here."""

    ruid = models.CharField(max_length=64, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.DO_NOTHING, related_name="bindings")
    contact = models.CharField(max_length=512)
    received = models.CharField(max_length=255, null=True)  # noqa: DJ001 - the table is Kamailio's
    terminal = models.CharField(max_length=255)
    transport = models.CharField(max_length=8)
    expires_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "registrations_binding"

    def __str__(self) -> str:
        return self.contact


class Verdict(models.Model):
    """Whether a device may register now, and why not: a view that shares its rule with the edge."""

    device = models.OneToOneField(
        Device, on_delete=models.DO_NOTHING, primary_key=True, related_name="verdict"
    )
    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, related_name="+")
    why_not = models.CharField(max_length=24)
    login_only = models.BooleanField()
    effective_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "registrations_verdict"

    def __str__(self) -> str:
        return f"{self.device_id}: {self.why_not or 'may register'}"


class Stranger(models.Model):
    """A refused attempt that no device was found for, as far as it may be a device's of the tenant: a view.

    `is_elsewhere`: the domain is nobody's, and the login a device's of this tenant alone.
    """

    id = models.BigIntegerField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, related_name="+")
    is_elsewhere = models.BooleanField()
    domain = models.CharField(max_length=190)
    login = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    reason = models.CharField(max_length=24)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    terminal = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "registrations_stranger"

    def __str__(self) -> str:
        return f"{self.login}@{self.domain} {self.reason} ×{self.count}"


class Outage(models.Model):
    """A time in which the edge could not ask the database; the edge writes it when it is over."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.began_at} – {self.ended_at}"
