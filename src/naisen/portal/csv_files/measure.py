"""How long a file of many rows takes, and how much memory: for `naisen bench`, in a database of its own.

Everything that it writes is taken back, but audit entries and the import itself stay.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from naisen.portal.csv_files import actions, columns, jobs
from naisen.portal.csv_files.downloads import csv_bytes
from naisen.portal.csv_files.models import Import
from naisen.portal.csv_files.preview import preview
from naisen.portal.csv_files.stored import shelf_of
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

Made = TypeVar("Made")
FIRST_EXTENSION = 8_000_000
KIBIBYTES_A_MEBIBYTE = 1024


@dataclass(frozen=True)
class Figures:
    """Seconds for each step; the most memory that this process ever had, in MiB; CPU seconds of it alone."""

    rows: int
    preview_s: float
    commit_s: float
    take_back_s: float
    cpu_s: float
    peak_mib: int


def measure(*, by: Login, tenant: Tenant, rows: int = 10_000) -> Figures:
    """Register `rows` people with every column filled, and take them back. Use within the tenant's scope."""
    data = registration_file(tenant, rows)
    began = time.process_time()
    file, preview_s = timed(
        lambda: preview(by=by, tenant=tenant, kind=Import.Kind.REGISTRATION, name="bench.csv", data=data)
    )
    actions.confirm(by=by, file=file, without_errors=False)
    _none, commit_s = timed(lambda: jobs.work(file.pk))
    file.refresh_from_db()
    actions.take_back(by=by, file=file)
    _none, take_back_s = timed(lambda: jobs.work(file.pk))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBIBYTES_A_MEBIBYTE
    return Figures(rows, preview_s, commit_s, take_back_s, time.process_time() - began, peak)


def registration_file(tenant: Tenant, rows: int) -> bytes:
    """CSV with every column filled; departments and lines are the tenant's first ones."""
    shelf = shelf_of(tenant)
    department = f"#{shelf.departments[0].number.digits}#" if shelf.departments else ""
    line = str(shelf.lines[0].serial) if shelf.lines else ""
    lines = f"#{line}#" if line else ""
    header = [str(column) for column in columns.REGISTRATION.columns]
    people = (
        [
            *(f"計測 {n}", f"ケイソク{n}", str(FIRST_EXTENSION + n), str(10_000_000 + 7919 * n), department),
            *(line, department, lines, lines, "30", f"席 {n}"),
        ]
        for n in range(rows)
    )
    return csv_bytes([header, *people])


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """What `work` gives, and the seconds it took."""
    began = time.monotonic()
    made = work()
    return made, time.monotonic() - began
