"""People (ユーザ, ※人のこと): who has an extension (S1-20 … S1-43)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper
from django.utils import timezone

from naisen.portal.lines.models import FORWARD_NUMBER, Line, LineCaller, LineRecipient
from naisen.portal.numbering.models import Number
from naisen.portal.tenants.models import Tenant

LONGEST_RING_S = 3600
FORWARDS = ("forward_always", "forward_busy", "forward_no_answer", "forward_unregistered")
"""When a person's calls go on to another number; '' in such a field: they do not."""


def forward_field() -> "models.CharField[str, str]":
    """An extension or a number outside that calls go on to; '' for none."""
    return models.CharField(
        max_length=21, blank=True, default="", db_default="", validators=[RegexValidator(FORWARD_NUMBER)]
    )


def forward_checks() -> list[models.CheckConstraint]:
    """The same rule in the database, for each of FORWARDS."""
    return [
        models.CheckConstraint(
            condition=Q((field, "")) | Q((f"{field}__regex", FORWARD_NUMBER)), name=f"person_{field}"
        )
        for field in FORWARDS
    ]


def called(name: str, extension: str) -> str:
    """「田中【1000】」 (S1-84)."""
    return f"{name}【{extension}】"


class Person(models.Model):
    """A person with an extension.

    `default_line` None means the tenant's common line (S1-36). `ring_timeout_s` is in seconds.
    `pin_hash` is an argon2 hash of the PIN typed on a phone, or empty (S1-33). `version` grows with
    every change, so that a stale form is refused. `do_not_disturb` and the `forward_…` fields say what becomes
    of calls to the extension (naisen.routing); while the person is stopped they do not act (D-03). `serial` is given by the database (numbering.serials),
    and so is `search`, which lists are searched in, through Findable. `extension` is
    the number's digits, kept so by triggers: a list by extension then reads one index, and joins a page's rows.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="people")
    serial = models.PositiveIntegerField(db_default=0)
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="person")
    name = models.CharField(max_length=100)
    kana = models.CharField(max_length=200, blank=True)
    pin_hash = models.CharField(max_length=200, blank=True)
    default_line = models.ForeignKey(Line, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ring_timeout_s = models.PositiveIntegerField(default=60)
    do_not_disturb = models.BooleanField(default=False, db_default=False)
    forward_always = forward_field()
    forward_busy = forward_field()
    forward_no_answer = forward_field()
    forward_unregistered = forward_field()
    memo = models.TextField(blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    extension = models.CharField(max_length=7, editable=False, db_default="")
    search = models.GeneratedField(
        expression=Upper(Concat("name", Value("\n"), "kana")),
        output_field=models.TextField(),
        db_persist=True,
    )

    departments = models.ManyToManyField(
        "departments.Department", through="departments.Membership", related_name="people"
    )
    pickup_departments = models.ManyToManyField(
        "departments.Department", through="departments.PickupRight", related_name="+"
    )
    inbound_lines = models.ManyToManyField(Line, through=LineRecipient, related_name="recipient_people")
    outbound_lines = models.ManyToManyField(Line, through=LineCaller, related_name="caller_people")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "serial"], name="person_serial_once"),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_name"),
            models.CheckConstraint(
                condition=Q(ring_timeout_s__gte=1) & Q(ring_timeout_s__lte=LONGEST_RING_S),
                name="person_ring_timeout",
            ),
            *forward_checks(),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "stopped_at"], name="person_by_state"),
            models.Index(fields=["tenant", "kana", "id"], include=["stopped_at"], name="person_by_kana"),
            models.Index(
                fields=["tenant", "extension", "id"], include=["stopped_at"], name="person_by_extension"
            ),
            models.Index(
                fields=["tenant", "created_at", "id"], include=["stopped_at"], name="person_by_created_at"
            ),
            # The few who are stopped, however far they stand from each other in the index of all.
            models.Index(
                fields=["tenant", "kana", "id"],
                condition=Q(stopped_at__isnull=False),
                name="person_stopped_by_kana",
            ),
            # The few whose calls go on: 番号チェック asks for all of them.
            models.Index(
                fields=["tenant"], condition=~Q(**dict.fromkeys(FORWARDS, "")), name="person_forwards"
            ),
        ]

    def __str__(self) -> str:
        """「田中【1000】」 (S1-84)."""
        return called(self.name, self.number.digits)

    @property
    def code(self) -> str:
        """The ID as lists show it: 00001 (S1-90)."""
        return f"{self.serial:05d}"

    @property
    def is_stopped(self) -> bool:
        """Whether the person stands in 停止ユーザ一覧 (S1-25)."""
        return self.stopped_at is not None


class Findable(models.Model):
    """A person as lists are searched: a view that may use the index of `parts`, every two letters of `search`.

    Row-level security of the table would keep it from that. It holds as it does elsewhere: the view has its condition.
    """

    id = models.BigIntegerField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.DO_NOTHING, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    kana = models.CharField(max_length=200)
    extension = models.CharField(max_length=7)
    search = models.TextField()
    parts = ArrayField(models.TextField())

    class Meta:
        managed = False
        db_table = "people_findable"

    def __str__(self) -> str:
        """「田中【1000】」 (S1-84)."""
        return called(self.name, self.extension)
