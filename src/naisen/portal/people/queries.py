"""Every read of people; each takes the tenant."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404

from naisen.portal.departments.models import Membership, PickupRight
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import LineCaller, LineRecipient
from naisen.portal.people.kana import to_katakana
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

NUMBER_LENGTH = 7

# What a list may be sorted by, and by which columns; nothing else reaches the database.
SORTS = {
    "name": ("name", "pk"),
    "kana": ("kana", "pk"),
    "extension": ("extension", "pk"),
    "created_at": ("created_at", "pk"),
}


def people(tenant: Tenant, *, stopped: bool = False) -> QuerySet[Person]:
    """A tenant's people who are stopped, or who are not, with what the list shows of them."""
    return (
        Person.objects.filter(tenant=tenant, stopped_at__isnull=not stopped)
        .select_related("number", "default_line")
        .prefetch_related("departments")
    )


def search(found: QuerySet[Person], *, words: str = "", department_id: int | None = None) -> QuerySet[Person]:
    """`found`, narrowed to those whose name, kana or extension has every one of `words` (S1-20)."""
    for word in words.split():
        found = found.filter(matching(word))
    if department_id is not None:
        found = found.filter(departments__pk=department_id)
    return found


def matching(word: str) -> Q:
    """Name or kana has `word`, or the extension begins with it."""
    match = Q(search__contains=Upper(Value(word)))
    if (kana := to_katakana(word)) != word:
        match |= Q(search__contains=Upper(Value(kana)))
    if word.isascii() and word.isdigit():
        # A range, because row-level security keeps LIKE from using an index; it is the same for digits.
        match |= Q(extension__range=(word, word.ljust(NUMBER_LENGTH, "9")))
    return match


def in_order(found: QuerySet[Person], sort: str) -> QuerySet[Person]:
    """`found`, sorted by a key of SORTS, `-` before it for descending; by extension otherwise."""
    key = sort.removeprefix("-")
    columns = SORTS.get(key, SORTS["extension"])
    return found.order_by(*(f"-{c}" for c in columns) if sort.startswith("-") and key in SORTS else columns)


# Field of the person's form → where its links are stored, and which column says what is chosen.
LINKS: dict[str, tuple[type[Model], str]] = {
    "departments": (Membership, "department_id"),
    "pickup_departments": (PickupRight, "department_id"),
    "inbound_lines": (LineRecipient, "line_id"),
    "outbound_lines": (LineCaller, "line_id"),
}


def _linked(name: str) -> ArraySubquery:
    model, column = LINKS[name]
    return ArraySubquery(model._default_manager.filter(person_id=OuterRef("pk")).order_by().values(column))


def person_or_404(tenant: Tenant, pk: int) -> Person:
    """One person of the tenant; anything else, a stranger's person too, is Http404.

    `linked_ids` says which departments and lines belong to it.
    """
    person = (
        Person.objects.select_related("number", "default_line", "tenant")
        .prefetch_related(Prefetch("devices", Device.objects.select_related("server", "person")))
        .annotate(**{f"{name}_ids": _linked(name) for name in LINKS})
        .filter(tenant=tenant, pk=pk)
        .first()
    )
    if person is None:
        raise Http404
    return person


def linked_ids(person: Person) -> dict[str, list[int]]:
    """Field of the person's form → ids of the departments or lines that are chosen in it; of `person_or_404`."""
    return {name: getattr(person, f"{name}_ids") for name in LINKS}


def chosen(tenant: Tenant, ids: list[int]) -> list[Person]:
    """Those of the tenant's people whose ids these are, with how many devices each has (`device_count`)."""
    return list(
        Person.objects.filter(tenant=tenant, pk__any_of=ids)
        .select_related("number")
        .prefetch_related("departments")
        .annotate(device_count=Count("devices"))
        .order_by("number__digits")
    )


def stopped_count(tenant: Tenant) -> int:
    """How many people stand in 停止ユーザ一覧."""
    return Person.objects.filter(tenant=tenant, stopped_at__isnull=False).count()
