"""Files that were read: what each would change, and what became of it (S1-54 … S1-57, S1-76)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


class Import(models.Model):
    """One file: who read it when, how its rows fell out, and its state.

    `sha256` is of the bytes; the bytes themselves are not kept. `rejected` holds the cells of the refused
    rows, encrypted (they may have PINs), for 「エラーの行をCSVでダウンロード」. `asked_by` is whose order a
    job carries out; `done` of `total` rows are written meanwhile, and show only when all are.
    """

    class Kind(models.TextChoices):
        """What the rows are about."""

        REGISTRATION = "registration", _("ユーザ登録")
        EDIT = "edit", _("ユーザ一括編集")

    class State(models.TextChoices):
        """Where the file stands."""

        PREVIEWED = "previewed", _("確認待ち")
        COMMITTING = "committing", _("反映中")
        COMMITTED = "committed", _("反映済み")
        TAKING_BACK = "taking_back", _("取り消し中")
        TAKEN_BACK = "taken_back", _("取り消し済み")
        FAILED = "failed", _("失敗")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEWED)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=16)
    notes = models.JSONField(default=list)
    rejected = models.BinaryField(null=True)
    login = models.ForeignKey(Login, on_delete=models.SET_NULL, null=True, related_name="+")
    login_name = models.CharField(max_length=100)
    read_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(Login, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    creates = models.PositiveIntegerField(default=0)
    updates = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    without_device = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """Whether a job has it."""
        return self.state in (self.State.COMMITTING, self.State.TAKING_BACK)

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.creates + self.updates + self.unchanged + self.errors

    @property
    def changing(self) -> int:
        """How many rows would write something."""
        return self.creates + self.updates


class ImportRow(models.Model):
    """One row of a file and what it does.

    `change` has by kind: `set` (field → value; the PIN only as its hash), `was` (the same fields before),
    `device` (id that is assigned), `phones` (how many devices ring with the person), `problems` (column,
    value, reason). `person_id` is who is changed, or who was made; `stamp` is what the person must look
    like for the change, afterwards for its being taken back (csv_files.stamps).
    """

    class Kind(models.TextChoices):
        """What a row does."""

        CREATE = "create", _("新規")
        UPDATE = "update", _("変更")
        SAME = "same", _("変更なし")
        ERROR = "error", _("エラー")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=32, blank=True)
    change = models.JSONField(default=dict)
    person_id = models.BigIntegerField(null=True)
    stamp = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["row"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "row"], name="import_row_once")]
        indexes: ClassVar = [models.Index(fields=["file", "kind", "row"], name="import_rows_by_kind")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.row} {self.kind}"
