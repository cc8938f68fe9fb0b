"""Large outputs that the worker makes, and that wait to be downloaded once (S1-101)."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

KEPT_FOR = timedelta(hours=1)
# A job that has not reported for so long has lost its worker.
SILENT_FOR = timedelta(minutes=3)
FOLDER = "sheets"


def expiry() -> datetime:
    """When an output that is ordered now is gone."""
    return timezone.now() + KEPT_FOR


def hash_of(token: str) -> str:
    """What the database keeps of a token: enough to know it again, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SheetsFile(models.Model):
    """One ordered output of `device_ids`: only `login` may have it, once, until `expires_at`."""

    class State(models.TextChoices):
        """Where it stands; a row is deleted some time after it expired."""

        WORKING = "working"
        READY = "ready"
        FAILED = "failed"
        TAKEN = "taken"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    output = models.CharField(max_length=10, choices=Output)
    language = models.CharField(max_length=5)
    device_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=7, choices=State, default=State.WORKING)
    done = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=expiry)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.output} ({self.total})"

    @property
    def total(self) -> int:
        """How many sheets it holds when it is ready."""
        return len(self.device_ids)

    @property
    def path(self) -> Path:
        """Where the file lies in the data folder: of its owner only, under a name that says nothing."""
        return settings.DATA / FOLDER / self.token_hash

    @property
    def stage(self) -> "SheetsFile.State":
        """The state as the clerk should see it: a job that fell silent has failed."""
        state = self.State(self.state)
        is_lost = state == self.State.WORKING and timezone.now() - self.reported_at > SILENT_FOR
        return self.State.FAILED if is_lost else state
