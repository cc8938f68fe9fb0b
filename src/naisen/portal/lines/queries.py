"""Every read of lines; each takes the tenant, or a line of it."""

from typing import TYPE_CHECKING

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.tenants.models import Tenant

if TYPE_CHECKING:
    from naisen.portal.people.models import Person

# What 回線情報一覧 may be sorted by, and by which columns; nothing else reaches the database.
SORTS = {"code": ("code",), "name": ("name", "code"), "number": ("number",)}


def lines(tenant: Tenant) -> QuerySet[Line]:
    """A tenant's lines, by code."""
    return Line.objects.filter(tenant=tenant).order_by("code")


def with_counts(found: QuerySet[Line]) -> QuerySet[Line]:
    """`found`, each with how many people it rings (`recipient_count`) and may call out (`caller_count`)."""
    return found.annotate(
        recipient_count=_count_of(LineRecipient.objects.all()),
        caller_count=_count_of(LineCaller.objects.all()),
    )


def _count_of(links: QuerySet[LineRecipient] | QuerySet[LineCaller]) -> Coalesce:
    of_line: QuerySet[Model, dict[str, int]] = (
        links.filter(line=OuterRef("pk")).order_by().values("line").annotate(count=Count("*")).values("count")
    )
    return Coalesce(Subquery(of_line), 0)


def search(found: QuerySet[Line], *, words: str = "") -> QuerySet[Line]:
    """`found`, narrowed to those whose code, name or number has every one of `words`."""
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(number__contains=word.replace("-", "")) | Q(code__startswith=word)
        )
    return found


def in_order(found: QuerySet[Line], sort: str) -> QuerySet[Line]:
    """`found`, sorted by a key of SORTS, `-` before it for descending; by code otherwise."""
    key = sort.removeprefix("-")
    columns = SORTS.get(key, SORTS["code"])
    return found.order_by(*(f"-{c}" for c in columns) if sort.startswith("-") and key in SORTS else columns)


def line_or_404(tenant: Tenant, pk: int) -> Line:
    """One line of the tenant; anything else, a stranger's line too, is Http404."""
    line = lines(tenant).select_related("tenant", "no_answer_department").filter(pk=pk).first()
    if line is None:
        raise Http404
    return line


def recipients(line: Line) -> "QuerySet[Person]":
    """Whom calls on a line ring (着信), stopped people too, by extension."""
    return line.recipient_people.select_related("number").order_by("number__digits")


def callers(line: Line) -> "QuerySet[Person]":
    """Who may call out on a line (発信), stopped people too, by extension."""
    return line.caller_people.select_related("number").order_by("number__digits")


def default_users(line: Line) -> "QuerySet[Person]":
    """Who calls out on a line unless they choose another (ユーザ固有初期回線), by extension."""
    people = line.tenant.people.filter(default_line=line)
    return people.select_related("number").order_by("number__digits")


def common_users(tenant: Tenant) -> "QuerySet[Person]":
    """Who calls out on the tenant's common line unless they choose another (共通初期回線), by extension."""
    people = tenant.people.filter(default_line__isnull=True)
    return people.select_related("number").order_by("number__digits")
