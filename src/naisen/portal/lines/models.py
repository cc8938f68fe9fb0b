"""Outside lines, the trunks that carry them, and who may use them (S1-90 … S1-120, C-06 … C-08)."""

import secrets
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.models import Tenant

LINE_NUMBER = r"^\+?[0-9]{3,20}$"
# Where a call may be forwarded to: an extension, or a number outside.
FORWARD_NUMBER = r"^\+?[0-9]{1,20}$"

TRUNK_CODE = r"^[a-z0-9]{4,16}$"


def new_trunk_code() -> str:
    """A code that nobody guesses: calls of a registering trunk are addressed to it."""
    return f"t{secrets.token_hex(6)}"


class Trunk(models.Model):
    """A SIP connection to a carrier (C-08). The operator owns it; it may serve many tenants' lines.

    `secret` is the password's cipher text (naisen.portal.devices.secrets), `auth_ha1` what the edge
    needs to register. `sources` are the addresses (or networks, as 192.0.2.0/24 at the widest) that the carrier's
    calls come from. `code` is the user of the address that we register with the carrier; it never changes.
    """

    class Kind(models.TextChoices):
        """How the carrier knows us."""

        REGISTERING = "registering", _("SIPトランク")
        BY_ADDRESS = "by_address", _("SIPトランク2")

    class Transport(models.TextChoices):
        """SIP transport towards the carrier."""

        UDP = "udp", "UDP"
        TCP = "tcp", "TCP"
        TLS = "tls", "TLS"

    class NumberFormat(models.TextChoices):
        """How the carrier writes numbers."""

        NATIONAL = "national", _("国内形式(0312345678)")
        E164 = "e164", _("国際形式(+81312345678)")

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    host = models.CharField(max_length=190)
    port = models.PositiveIntegerField(default=5060)
    transport = models.CharField(max_length=4, choices=Transport, default=Transport.UDP)
    realm = models.CharField(max_length=190, blank=True)
    auth_user = models.CharField(max_length=100, blank=True)
    auth_ha1 = models.CharField(max_length=64, blank=True)
    secret = models.BinaryField(null=True, blank=True)
    sources = models.JSONField(default=list, blank=True)
    number_format = models.CharField(
        max_length=8, choices=NumberFormat, default=NumberFormat.NATIONAL, db_default=NumberFormat.NATIONAL
    )
    code = models.CharField(
        max_length=16, unique=True, default=new_trunk_code, validators=[RegexValidator(TRUNK_CODE)]
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=TRUNK_CODE), name="trunk_code"),
            models.CheckConstraint(condition=Q(port__gte=1) & Q(port__lte=65535), name="trunk_port"),
        ]

    def __str__(self) -> str:
        return self.name


class Line(models.Model):
    """An outside line (回線) with a number. `ring_timeout_s` is in seconds.

    `no_answer` says what becomes of a call in that nobody answers within it (応答がないとき, S1-120).
    `max_calls` is how many calls the line carries at once; None: as many as come.
    """

    class NoAnswer(models.TextChoices):
        """応答がないとき."""

        BUSY = "busy", _("何もしない(話中音)")
        FORWARD = "forward", _("転送する")
        DEPARTMENT = "department", _("所属を鳴らす")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField(max_length=3, validators=[RegexValidator(r"^[0-9]{3}$")])
    name = models.CharField(max_length=100)
    number = models.CharField(max_length=21, validators=[RegexValidator(LINE_NUMBER)])
    trunk = models.ForeignKey(Trunk, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    ring_timeout_s = models.PositiveIntegerField(default=60)
    no_answer = models.CharField(max_length=10, choices=NoAnswer, default=NoAnswer.BUSY)
    no_answer_number = models.CharField(
        max_length=21, blank=True, default="", validators=[RegexValidator(FORWARD_NUMBER)]
    )
    no_answer_department = models.ForeignKey(
        "departments.Department", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    max_calls = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="line_code_once_per_tenant"),
            models.UniqueConstraint(fields=["number"], name="line_number_once"),
            models.CheckConstraint(condition=Q(number__regex=LINE_NUMBER), name="line_number_digits"),
            models.CheckConstraint(
                condition=Q(ring_timeout_s__gte=1) & Q(ring_timeout_s__lte=3600), name="line_ring_timeout"
            ),
            models.CheckConstraint(
                condition=Q(no_answer="busy", no_answer_number="", no_answer_department__isnull=True)
                | Q(
                    no_answer="forward",
                    no_answer_number__regex=FORWARD_NUMBER,
                    no_answer_department__isnull=True,
                )
                | Q(no_answer="department", no_answer_number="", no_answer_department__isnull=False),
                name="line_no_answer",
            ),
            models.CheckConstraint(
                condition=Q(max_calls__isnull=True) | Q(max_calls__gte=1), name="line_max_calls"
            ),
        ]

    def __str__(self) -> str:
        """「名称【番号】」 (S1-13)."""
        return f"{self.name}【{self.number}】"

    @property
    def serial(self) -> int:
        """The ID in lists and CSV files (`#1#2#`, S1-73): the 識別番号 without its leading zeros."""
        return int(self.code)


class LineRecipient(models.Model):
    """A person whom calls on a line ring (着信回線, S1-39)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="recipients")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            # With the tenant, which row-level security asks for: a line's people are counted in the index.
            models.UniqueConstraint(fields=["line", "person"], include=["tenant"], name="line_recipient_once")
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.person_id}"


class LineCaller(models.Model):
    """A person who may call out on a line (発信回線, S1-40)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="callers")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "person"], include=["tenant"], name="line_caller_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.line_id}"
