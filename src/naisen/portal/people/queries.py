"""Every read of people; each takes the tenant."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, Model, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404

from naisen.portal.departments.models import Membership, PickupRight
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import LineCaller, LineRecipient
from naisen.portal.people.kana import to_katakana
from naisen.portal.people.models import Findable, Person
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


def search(
    found: QuerySet[Person], *, tenant: Tenant, words: str = "", department_id: int | None = None
) -> QuerySet[Person]:
    """`found` of `tenant`, narrowed to those whose name, kana or extension has every one of `words` (S1-20)."""
    if words.split():
        found = found.filter(pk__in=findable(tenant, words).values("pk"))
    if department_id is not None:
        found = found.filter(departments__pk=department_id)
    return found


def hits(
    tenant: Tenant, *, stopped: bool, words: str, department_id: int | None = None
) -> QuerySet[Findable]:
    """Whom `search` finds among `people`, as far as counting and sorting them needs: a page is read by their ids."""
    found = findable(tenant, words).filter(stopped_at__isnull=not stopped)
    if department_id is not None:
        members = Membership.objects.filter(tenant=tenant, department=department_id)
        found = found.filter(pk__in=members.values("person_id"))
    return found


def findable(tenant: Tenant, words: str) -> QuerySet[Findable]:
    """The tenant's people whose name, kana or extension has every one of `words`, stopped ones too."""
    found = Findable.objects.filter(tenant=tenant)
    for word in words.split():
        found = found.filter(_matching(word))
    return found


def _matching(word: str) -> Q:
    """Name or kana has `word`, or the extension begins with it."""
    match = _part(word)
    if (kana := to_katakana(word)) != word:
        match |= _part(kana)
    if word.isascii() and word.isdigit():
        # The same as LIKE, for digits, and any index of extensions serves.
        match |= Q(extension__range=(word, word.ljust(NUMBER_LENGTH, "9")))
    return match


def _part(text: str) -> Q:
    """`search` has `text`; the index of parts has nothing shorter than two letters."""
    wanted = Upper(Value(text))
    has = Q(search__contains=wanted)
    return has & Q(parts__contains=Func(wanted, function="person_parts")) if len(text) > 1 else has


def in_order(found: QuerySet[Any], sort: str) -> QuerySet[Any]:
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
