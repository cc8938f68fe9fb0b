"""CSV of many rows with every check: preview, commit and take-back, and the memory they take."""

from naisen.figures import Figure
from naisen.portal.bench.company import analyze, fill
from naisen.portal.csv_files.measure import measure as measure_file
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope

ROWS = 10_000
PEOPLE_BEFORE = 10_000
MOST_S, MOST_MIB = 4.0, 300


def measure(rows: int = ROWS, people: int = PEOPLE_BEFORE) -> list[Figure]:
    """A file with every column filled, into a tenant that is large already; beside what it may take."""
    with scope.scoped(scope.EVERYTHING):
        tenant = fill(people)
        analyze()
        found = measure_file(by=Login.objects.get(tenant=tenant), tenant=tenant, rows=rows)
    return [
        Figure(f"preview of {rows:,} rows", "s", round(found.preview_s, 2), MOST_S),
        Figure(f"commit of {rows:,} rows", "s", round(found.commit_s, 2), MOST_S),
        Figure(f"taking {rows:,} rows back", "s", round(found.take_back_s, 2), MOST_S),
        Figure("CPU time of the three", "s", round(found.cpu_s, 2), 3 * MOST_S),
        Figure("most memory", "MiB", found.peak_mib, MOST_MIB),
    ]
