"""Finds files whose worker died in the middle, and starts them again; forgets what nobody confirmed."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from naisen.portal.csv_files.jobs import FILE_LOCK
from naisen.portal.csv_files.models import Import

WORKING = (Import.State.COMMITTING, Import.State.TAKING_BACK)
# Between taking a job and locking its file a worker needs a moment.
PATIENCE = timedelta(seconds=5)
PREVIEWS_KEPT = timedelta(days=7)
REJECTED_KEPT = timedelta(days=7)


def start(file: Import) -> None:
    """Queue the job; it begins when the surrounding transaction is committed."""
    task = app.configure_task("csv_files.work")
    file.job_id = task.defer(tenant_id=file.tenant_id, file_id=file.pk)
    file.asked_at = timezone.now()
    Import.objects.filter(pk=file.pk).update(job_id=file.job_id, asked_at=file.asked_at)


def resume_all() -> int:
    """Start every file again that should be worked on and is not; returns how many."""
    return sum(resume(file) for file in Import.objects.filter(state__in=WORKING))


@transaction.atomic
def resume(file: Import) -> bool:
    """Start the file again if its worker is gone: PostgreSQL gives a dead session's lock back at once."""
    if file.asked_at is None or timezone.now() - file.asked_at < PATIENCE or _is_waiting(file):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [FILE_LOCK, file.pk])
        (is_free,) = cursor.fetchone()
    if not is_free or not Import.objects.filter(pk=file.pk, state__in=WORKING).exists():
        return False
    start(file)
    return True


def forget_old() -> None:
    """Remove previews that nobody confirmed, and refused rows that nobody came back for."""
    now = timezone.now()
    open_states = (Import.State.PREVIEWED, Import.State.FAILED)
    Import.objects.filter(state__in=open_states, read_at__lt=now - PREVIEWS_KEPT).delete()
    Import.objects.filter(~Q(rejected=None), read_at__lt=now - REJECTED_KEPT).update(rejected=None)


def _is_waiting(file: Import) -> bool:
    return ProcrastinateJob.objects.filter(pk=file.job_id, status="todo").exists()
