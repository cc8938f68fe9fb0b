"""The worker's jobs of this app."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from naisen.portal.csv_files import jobs, resume
from naisen.portal.tenants import scope


@app.task(name="csv_files.work")
def work(*, tenant_id: int, file_id: int) -> None:
    """Carry out or take back one file of one tenant."""
    close_old_connections()
    with scope.scoped(scope.of_tenants([tenant_id])):
        jobs.work(file_id)


@app.periodic(cron="* * * * *")
@app.task(name="csv_files.resume", queueing_lock="csv_files.resume", pass_context=False)
def resume_all(timestamp: int) -> int:
    """Start files again whose worker was killed; forget old previews. `timestamp`: due, in seconds since 1970."""
    close_old_connections()
    with scope.scoped(scope.EVERYTHING):
        resume.forget_old()
        return resume.resume_all()
