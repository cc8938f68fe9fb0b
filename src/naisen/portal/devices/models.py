"""Devices (アカウント, ※端末のこと) and the secrets they register with (S1-100 … S1-113)."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naisen.portal.people.models import Person
from naisen.portal.tenants.models import LoginServer, Tenant

MOST_CALLS = 20
LOGIN = r"^[a-z0-9][a-z0-9._-]{1,31}$"


def called_device(login: str, server: str) -> str:
    """「login [server]」 (S1-38)."""
    return f"{login} [{server}]"


class Device(models.Model):
    """One SIP login. Without a person it is 未使用 and silent (S1-03, S1-105).

    `max_calls`: how many calls it may have at once, ringing ones too; 1 means no call waiting.
    """

    class Kind(models.TextChoices):
        """What a device is (S2-11)."""

        SIP_DEVICE = "sip_device", _("SIP端末")
        SMARTPHONE = "smartphone", _("スマートフォン")
        SOFTPHONE = "softphone", _("ソフトフォン")
        VIDEO = "video", _("ビデオ電話")
        CAMPAIGN = "campaign", _("SIP端末(キャンペーン)")
        TRUNK = "trunk", _("SIPトランク")
        TRUNK_BY_ADDRESS = "trunk_by_address", _("SIPトランク2")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="devices")
    serial = models.PositiveIntegerField()
    unique_number = models.CharField(max_length=7, validators=[RegexValidator(r"^[0-9]{3,7}$")])
    login = models.CharField(max_length=32, validators=[RegexValidator(LOGIN)])
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SIP_DEVICE)
    server = models.ForeignKey(LoginServer, on_delete=models.PROTECT, related_name="devices", db_index=False)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    ever_assigned = models.BooleanField(default=False)
    cancels_on = models.DateField(null=True, blank=True)
    max_calls = models.PositiveSmallIntegerField(default=2, db_default=2)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "serial"], name="device_serial_once"),
            models.UniqueConstraint(fields=["tenant", "unique_number"], name="device_unique_number_once"),
            models.UniqueConstraint(fields=["tenant", "login"], name="device_login_once"),
            models.CheckConstraint(condition=Q(login__regex=LOGIN), name="device_login"),
            models.CheckConstraint(
                condition=Q(max_calls__gte=1) & Q(max_calls__lte=MOST_CALLS), name="device_max_calls"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "person"], name="device_by_person"),
            # The few whose state is not told by their registration alone (registrations.overview).
            models.Index(fields=["server", "tenant"], name="device_by_server"),
            models.Index(fields=["tenant"], condition=Q(cancels_on__isnull=False), name="device_cancelled"),
            models.Index(fields=["tenant"], condition=Q(kind="trunk_by_address"), name="device_by_address"),
        ]

    def __str__(self) -> str:
        """「login [server]」 (S1-38)."""
        return called_device(self.login, self.server.name)

    @property
    def code(self) -> str:
        """The five-digit ID of the lists (S1-103)."""
        return f"{self.serial:05d}"

    @property
    def may_be_reset(self) -> bool:
        """PWリセット stands on devices that once had a person and are now 未使用 (D-10)."""
        return self.ever_assigned and self.person_id is None


class Credential(models.Model):
    """One SIP password of a device.

    It is in force from `effective_at` until `ended_at` (S1-111). `secret` is AES-256-GCM cipher
    text bound to tenant, device and version; `ha1` is all that the edge gets (rule 8).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="credentials")
    version = models.PositiveIntegerField()
    secret = models.BinaryField()
    ha1 = models.CharField(max_length=32)
    effective_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "version"], name="credential_version_once"),
            models.UniqueConstraint(
                fields=["device"], condition=Q(ended_at__isnull=True), name="credential_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} v{self.version}"
