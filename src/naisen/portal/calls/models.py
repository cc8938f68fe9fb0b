"""One record per call (C-13)."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.models import Tenant


class CallRecord(models.Model):
    """A call that has ended or was refused; the edge writes it through the view edge.acc.

    People and devices are plain ids and copied words, so that a record outlives them.
    `duration_ms` counts from the answer. `decision` is what routing decided (rule 6):
    {"stages": [a decision as `naisen.routing.decision_to_json` writes it, one a stage]}. `legs` are the attempts,
    each {stage, device_id, person_id, number, started_ms, rang_ms, ended_ms, result, code}. `shown_number` is what
    the carrier was shown, `country` ISO 3166 letters of a call abroad.
    """

    class Direction(models.TextChoices):
        """Between whom a call is: extensions, or in or out on a line."""

        INBOUND = "inbound", _("着信")
        OUTBOUND = "outbound", _("発信")
        INTERNAL = "internal", _("内線")

    class Result(models.TextChoices):
        """How a call ended."""

        ANSWERED = "answered", _("通話")
        CANCELLED = "cancelled", _("発信者が中止")
        BUSY = "busy", _("話中")
        DECLINED = "declined", _("拒否")
        NO_ANSWER = "no_answer", _("応答なし")
        UNAVAILABLE = "unavailable", _("呼び出せる端末なし")
        UNKNOWN_NUMBER = "unknown_number", _("番号なし")
        FORBIDDEN = "forbidden", _("発信不可")
        FAILED = "failed", _("失敗")

    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    call_id = models.CharField(max_length=255)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.INTERNAL)
    caller_device_id = models.BigIntegerField(null=True)
    caller_person_id = models.BigIntegerField(null=True)
    caller_number = models.CharField(max_length=32, blank=True)
    caller_name = models.CharField(max_length=100, blank=True)
    called_number = models.CharField(max_length=32, blank=True)
    called_person_id = models.BigIntegerField(null=True)
    answered_device_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    duration_ms = models.IntegerField(default=0)
    result = models.CharField(max_length=16, choices=Result)
    sip_code = models.PositiveSmallIntegerField()
    hung_up_by = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    decision = models.JSONField(default=dict)
    line_id = models.BigIntegerField(null=True)
    trunk_id = models.BigIntegerField(null=True)
    shown_number = models.CharField(max_length=32, blank=True, db_default="")
    country = models.CharField(max_length=2, blank=True, db_default="")
    charge_yen = models.DecimalField(max_digits=10, decimal_places=2, default=0, db_default=0)
    legs = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        ordering: ClassVar = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.caller_number} → {self.called_number} {self.result}"


RATE_PREFIX = r"^(0[0-9]{0,9}|\+[0-9]{0,12})$"


class Rate(models.Model):
    """What calls to numbers that begin with `prefix` cost; the longest prefix that fits decides.

    `unit_yen` for every started `unit_s` seconds (naisen.routing.charging). A prefix is of a number inside
    Japan (0, 090) or, with +, of one abroad (+1, +44). The operator's; one table for all tenants.
    """

    prefix = models.CharField(max_length=13, unique=True, validators=[RegexValidator(RATE_PREFIX)])
    name = models.CharField(max_length=100)
    unit_s = models.PositiveIntegerField()
    unit_yen = models.DecimalField(max_digits=8, decimal_places=3)

    class Meta:
        ordering: ClassVar = ["prefix"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(prefix__regex=RATE_PREFIX), name="rate_prefix"),
            models.CheckConstraint(condition=Q(unit_s__gte=1) & Q(unit_yen__gte=0), name="rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"

    @property
    def plain_yen(self) -> str:
        """`unit_yen` without the zeros that the column's scale adds: 8.5, not 8.500."""
        return f"{Decimal(self.unit_yen).normalize():f}"
