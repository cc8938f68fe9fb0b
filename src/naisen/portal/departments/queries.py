"""Every read of departments; each takes the tenant."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import Http404

from naisen.portal.departments.models import Department, Membership, PickupRight
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.people.words import NAMED, in_words
from naisen.portal.tenants.models import Tenant

# What the list may be sorted by, and by which columns; nothing else reaches the database.
SORTS = {
    "serial": ("serial",),
    "name": ("name", "pk"),
    "extension": ("number__digits", "pk"),
    "created_at": ("created_at", "pk"),
}


def departments(tenant: Tenant) -> QuerySet[Department]:
    """A tenant's departments, by number."""
    return Department.objects.filter(tenant=tenant).select_related("number").order_by("number__digits")


def names_of_departments(tenant: Tenant) -> list[tuple[int, str]]:
    """Id and name of each department, by number."""
    return list(departments(tenant).values_list("pk", "name"))


def with_counts(found: QuerySet[Department]) -> QuerySet[Department]:
    """`found`, each with how many people it has (`member_count`)."""
    members = Membership.objects.filter(department=OuterRef("pk")).order_by().values("department")
    count = Subquery(members.annotate(count=Count("*")).values("count"))
    return found.annotate(member_count=Coalesce(count, 0))


def search(found: QuerySet[Department], *, words: str = "") -> QuerySet[Department]:
    """`found`, narrowed to those whose name has every one of `words`, or whose number begins with it."""
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(number__digits__startswith=word))
    return found


def in_order(found: QuerySet[Department], sort: str) -> QuerySet[Department]:
    """`found`, sorted by a key of SORTS, `-` before it for descending; by ID otherwise."""
    key = sort.removeprefix("-")
    columns = SORTS.get(key, SORTS["serial"])
    return found.order_by(*(f"-{c}" for c in columns) if sort.startswith("-") and key in SORTS else columns)


def department_or_404(tenant: Tenant, pk: int) -> Department:
    """One department of the tenant; anything else, a stranger's department too, is Http404."""
    department = departments(tenant).select_related("tenant").filter(pk=pk).first()
    if department is None:
        raise Http404
    return department


def members(department: Department | None) -> QuerySet[Person]:
    """Who belongs to a department, stopped people too, by extension; nobody for None."""
    if department is None:
        return Person.objects.none()
    return (
        Person.objects.filter(tenant_id=department.tenant_id, departments=department)
        .select_related("number")
        .order_by("number__digits")
    )


def ringing(tenant: Tenant, ids: Iterable[int]) -> dict[int, str]:
    """Department id → who rings with it, in words; without those that have nobody."""
    return _named(Membership.objects.filter(tenant=tenant, department__in=list(ids)))


def picking(tenant: Tenant, ids: Iterable[int]) -> dict[int, str]:
    """Department id → who may pick up its calls, in words; without those that have nobody."""
    return _named(PickupRight.objects.filter(tenant=tenant, department__in=list(ids)))


def _named(links: QuerySet[Membership] | QuerySet[PickupRight]) -> dict[int, str]:
    """The first few of each department, in one query."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    totals: dict[int, int] = {}
    rows = (
        links.annotate(
            place=Window(RowNumber(), partition_by="department", order_by="person__number__digits"),
            total=Window(Count("pk"), partition_by="department"),
        )
        .filter(place__lte=NAMED)
        .select_related("person__number")
        .order_by("place")
    )
    for row in rows:
        found[row.department_id].append(str(row.person))
        totals[row.department_id] = row.total
    return {pk: in_words(names, total=totals[pk]) for pk, names in found.items()}


def chosen(tenant: Tenant, ids: Iterable[int]) -> list[Department]:
    """Those of the tenant's departments whose ids these are, with their `member_count`."""
    return list(with_counts(departments(tenant)).filter(pk__in=list(ids)))


def concerned(tenant: Tenant, ids: Iterable[int]) -> set[int]:
    """Ids of the people who ring with departments, or may pick up their calls."""
    ids = list(ids)
    links = Membership.objects.filter(tenant=tenant, department__in=ids).values_list("person_id", flat=True)
    rights = PickupRight.objects.filter(tenant=tenant, department__in=ids).values_list("person_id", flat=True)
    return {*links, *rights}


def needed_by_lines(tenant: Tenant, ids: Iterable[int]) -> list[Line]:
    """The lines that ring one of these departments when nobody answers."""
    return list(
        Line.objects.filter(tenant=tenant, no_answer_department__in=list(ids)).select_related(
            "no_answer_department"
        )
    )
