"""One record per call (C-13)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.models import Tenant


class CallRecord(models.Model):
    """A call that has ended or was refused; the edge writes it through the view edge.acc.

    People and devices are plain ids and copied words, so that a record outlives them.
    `duration_ms` counts from the answer. `decision` is what routing decided, step by step (rule 6).
    """

    class Direction(models.TextChoices):
        """Between whom a call is: extensions, or in or out on a line."""

        IN = "in", _("着信")
        OUT = "out", _("発信")
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

    class Meta:
        ordering: ClassVar = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.caller_number} → {self.called_number} {self.result}"
