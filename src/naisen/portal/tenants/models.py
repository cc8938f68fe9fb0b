"""Customers, their circles (tenants), and the login servers that tenants' devices use."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A customer (アカウント, 契約) that owns circles."""

    class Billing(models.TextChoices):
        """How a customer pays for calls."""

        PREPAID = "prepaid", _("前払い")
        INVOICED = "invoiced", _("請求書")

    class OrderMode(models.TextChoices):
        """What an order needs before it takes effect (S2-22)."""

        APPROVAL = "approval", _("承認後")
        AT_ONCE = "at_once", _("即時")

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    kana = models.CharField(max_length=200, blank=True)
    department_title = models.CharField(max_length=100, blank=True)
    contact_person = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=300, blank=True)
    billing = models.CharField(max_length=10, choices=Billing, default=Billing.INVOICED)
    order_mode = models.CharField(max_length=10, choices=OrderMode, default=OrderMode.APPROVAL)
    language = models.CharField(max_length=5, default="ja")
    applied_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class LoginServer(models.Model):
    """A SIP server that devices log in to; shown as PBXサーバ (S1-103, S2-18)."""

    class StatusMode(models.TextChoices):
        """Whether the registration state is known live or must be asked for (S2-16, S2-17)."""

        LIVE = "live", _("常時")
        ON_DEMAND = "on_demand", _("問い合わせ")

    name = models.CharField(max_length=100, unique=True)
    status_mode = models.CharField(max_length=10, choices=StatusMode, default=StatusMode.LIVE)

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """A circle (サークル): one PBX with its own numbering and SIP domain; the isolation boundary.

    `reset_hour` is the hour (0-23, in the tenant's zone) from which a reset password works; None
    means at once (S1-111, D-05).
    The limits: `max_calls` at once and `yen_per_day` for calls outside (None: no limit), `calls_per_minute`,
    and `allowed_countries`, ISO 3166 letters of where calls abroad may go (nowhere by default). Emergency
    calls pass all of them (D-02).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tenants")
    circle_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    domain = models.CharField(
        max_length=64, unique=True, validators=[RegexValidator(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
    )
    department_title = models.CharField(max_length=100, blank=True)
    contact_person = models.CharField(max_length=100, blank=True)
    applied_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="Asia/Tokyo")
    common_line = models.ForeignKey(
        "lines.Line", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    has_multicast = models.BooleanField(default=False)
    allows_phone_login = models.BooleanField(default=False)
    reset_hour = models.PositiveSmallIntegerField(null=True, blank=True, default=5)
    max_calls = models.PositiveIntegerField(null=True, blank=True)
    calls_per_minute = models.PositiveIntegerField(default=60, db_default=60)
    allowed_countries = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    yen_per_day = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reset_hour__isnull=True) | Q(reset_hour__lte=23), name="tenant_reset_hour"
            ),
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"), name="tenant_domain"
            ),
            models.CheckConstraint(
                condition=(Q(max_calls__isnull=True) | Q(max_calls__gte=1)) & Q(calls_per_minute__gte=1),
                name="tenant_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.name
