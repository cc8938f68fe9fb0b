"""Server time and number of queries of every list page, for tenants of growing size."""

import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from naisen.figures import Figure
from naisen.portal.bench.company import FIRST_EXTENSION, analyze, fill
from naisen.portal.bench.past import fill_past
from naisen.portal.departments.models import Department
from naisen.portal.frame.paging import ROWS
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SMALL, MIDDLE, LARGE = 100, 10_000, 100_000
ROUNDS = 9
MOST_QUERIES = 12


@dataclass
class Measured:
    """One page of one tenant: seconds of each round, and its queries."""

    path: str
    queries: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """The median, in ms."""
        return round(statistics.median(self.seconds) * 1000, 1)


def list_pages(tenant: Tenant, people: int) -> Iterator[tuple[str, str]]:
    """(name, address) of each list: first, middle, last, sorted, searched by part of a name; and of the forms."""
    department = Department.objects.filter(tenant=tenant, serial=2).values_list("pk", flat=True)[0]
    line = Line.objects.filter(tenant=tenant, code="101").values_list("pk", flat=True)[0]
    person = Person.objects.filter(tenant=tenant, serial=7).values_list("pk", flat=True)[0]
    last = f"page={people}"  # beyond the last: the last is shown
    middle = f"page={max(people // (2 * ROWS), 1)}"
    yield "home", reverse("home")
    searches = {
        "people": [
            *(
                "",
                middle,
                last,
                "sort=kana",
                "sort=-extension",
                "sort=created_at",
                f"sort=kana&{last}",
                f"sort=kana&{middle}",
            ),
            *("q=高橋", "q=高橋+美咲", "q=タカハシ", "q=200", "q=見つからない", f"department={department}"),
        ],
        "stopped_people": ["", last, "sort=kana", "q=高橋"],
        "devices": [
            *("", middle, last, "q=高橋", "q=bench9", "q=見つからない", "person=高橋"),
            f"extension={FIRST_EXTENSION + 7}",
            *("state=registered", "state=missing", f"state=missing&{last}", "state=missing&q=高橋"),
        ],
        "departments": ["", "page=9", "sort=-extension", "q=第11"],
        "lines": ["", "page=9", "sort=name", "q=回線1"],
        "default_lines": ["", "q=回線1"],
        "history": ["", middle, last, "q=高橋", "kind=person"],
        "imports": [""],
        "calls": [
            *("", "before=last", "sort=at", "sort=-duration", "q=0012345", "q=高橋", "q=見つからない"),
            *("result=busy", "direction=inbound", f"line={line}"),
        ],
        "calls_summary": ["", "q=高橋"],
        "administrators": [""],
        "number_check": ["", last, "kind=line_no_trunk"],
        "feature_codes": [""],
    }
    for name, queries in searches.items():
        for query in queries:
            label = query.replace(last, "last").replace(middle, "middle")
            label = query.split("=")[0] if query.startswith(("department", "line=")) else label
            yield f"{name} {label}".strip(), f"{reverse(name)}?{query}"
    yield "default_line_people", reverse("default_line_people", args=[line])
    yield "default_line_people last", f"{reverse('default_line_people', args=[line])}?{last}"
    yield "department_edit", reverse("department_edit", args=[department])
    yield "line_settings", reverse("line_settings", args=[line])
    yield "person_edit", reverse("person_edit", args=[person])
    yield "person_register", reverse("person_register")
    yield "people chooser", f"{reverse('department_candidates')}?q=高橋"


def measure(sizes: tuple[int, ...] = (SMALL, MIDDLE, LARGE), rounds: int = ROUNDS) -> list[Figure]:
    """Fill tenants of these sizes, then ask for every page in turn, all sizes in each round."""
    with scope.scoped(scope.EVERYTHING):
        tenants = {size: fill(size) for size in sizes}
        for tenant in tenants.values():
            fill_past(tenant)
        analyze()
        pages = {
            size: {name: Measured(path) for name, path in list_pages(tenant, size)}
            for size, tenant in tenants.items()
        }
        browsers = {size: browser_of(tenant) for size, tenant in tenants.items()}
    for size, found in pages.items():
        for page in found.values():
            _count(browsers[size], page)
    for name in pages[sizes[0]]:
        for _round in range(rounds):
            for size in sizes:
                _time(browsers[size], pages[size][name])
    return list(_figures(pages, sizes))


def browser_of(tenant: Tenant) -> Client:
    """A browser in which the tenant's administrator is signed in."""
    client = Client()
    client.force_login(Login.objects.get(tenant=tenant))
    return client


def _count(browser: Client, page: Measured) -> None:
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(page.path)
    if response.status_code != 200:
        raise RuntimeError(f"{page.path} answers {response.status_code}")
    page.queries = sum(1 for query in captured if not query["sql"].startswith("SELECT set_config"))


def _time(browser: Client, page: Measured) -> None:
    began = time.perf_counter()
    browser.get(page.path)
    page.seconds.append(time.perf_counter() - began)


def _figures(pages: dict[int, dict[str, Measured]], sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Each size beside the one before it; queries beside what they may be."""
    for before, size in itertools.pairwise(sizes):
        for name, page in pages[size].items():
            yield Figure(f"{size:,} {name}", "ms", page.ms, pages[before][name].ms)
    for name, page in pages[sizes[-1]].items():
        yield Figure(f"queries {name}", "queries", page.queries, MOST_QUERIES)
