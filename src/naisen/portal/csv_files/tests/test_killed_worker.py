"""A worker that is killed in the middle leaves nothing half done, and the file is started again (S1-57, R9)."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.csv_files import jobs, resume
from naisen.portal.csv_files.actions import confirm
from naisen.portal.csv_files.models import Import
from naisen.portal.csv_files.preview import preview
from naisen.portal.csv_files.tests.files import csv_text, person
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

WORKER = """
import django, sys
django.setup()
from naisen.portal.csv_files.tasks import work
work(tenant_id=int(sys.argv[1]), file_id=int(sys.argv[2]))
"""
AUDIT_LOCK = 7461
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND NOT granted"


def counts() -> tuple[int, int, int]:
    return Person.objects.count(), Number.objects.count(), Entry.objects.count()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_half_done_and_it_is_started_again(office: Tenant, administrator: Login) -> None:
    rows = [person(f"新人{n}", str(5000 + n)) for n in range(50)]
    file = preview(
        by=administrator,
        tenant=office,
        kind=Import.Kind.REGISTRATION,
        name="a.csv",
        data=csv_text(*rows).encode(),
    )
    confirm(by=administrator, file=file, without_errors=False)
    before = counts()
    kill_in_the_middle(office, file)
    assert counts() == before
    file.refresh_from_db()
    assert file.state == Import.State.COMMITTING

    assert not resume.resume(file), "too soon: a worker may be about to begin"
    Import.objects.update(asked_at=timezone.now() - timedelta(minutes=1), job_id=None)
    assert resume.resume_all() == 1
    jobs.work(file.pk)
    file.refresh_from_db()
    assert file.state == Import.State.COMMITTED
    assert Person.objects.filter(tenant=office).count() == 53


def kill_in_the_middle(office: Tenant, file: Import) -> None:
    """Let a worker write people, hold it at its first audit entry, and kill it there."""
    with psycopg.connect(os.environ["NAISEN_PORTAL_DATABASE_URL"]) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AUDIT_LOCK, office.pk])
        worker = subprocess.Popen([sys.executable, "-c", WORKER, str(office.pk), str(file.pk)])
        deadline = time.monotonic() + 60
        while holder.execute(WAITING, [AUDIT_LOCK]).fetchone() != (1,):
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert not resume.resume(file), "its lock is held: somebody works on it"
        worker.kill()
        worker.wait()
    # PostgreSQL notices the dead session when its statement ends; until then the lock is held.
    deadline = time.monotonic() + 30
    while not is_free(file):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_free(file: Import) -> bool:
    with psycopg.connect(os.environ["NAISEN_PORTAL_DATABASE_URL"]) as other:
        query = "SELECT pg_try_advisory_xact_lock(%s, %s)"
        return other.execute(query, [jobs.FILE_LOCK, file.pk]).fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_progress_shows_while_nothing_else_does(office: Tenant, administrator: Login) -> None:
    """S1-57."""
    from naisen.portal.csv_files.progress import Progress

    data = csv_text(person("新人", "5000")).encode()
    file = preview(by=None, tenant=office, kind=Import.Kind.REGISTRATION, name="a.csv", data=data)
    with Progress(tenant_id=office.pk, file_id=file.pk) as progress:
        progress.report(7)
    file.refresh_from_db()
    assert file.done == 7


def test_old_previews_are_forgotten(office: Tenant) -> None:
    data = csv_text(person("新人", "5000"), person("x", "x")).encode()
    for _ in range(2):
        preview(by=None, tenant=office, kind=Import.Kind.REGISTRATION, name="a.csv", data=data)
    old, new = Import.objects.order_by("pk")
    Import.objects.filter(pk=old.pk).update(read_at=timezone.now() - timedelta(days=8))
    resume.forget_old()
    assert list(Import.objects.all()) == [new]
