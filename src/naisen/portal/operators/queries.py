"""What the operator's screens show: all tenants and trunks. Their views are the operator's alone (S2-24)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import Http404

from naisen.portal.lines.models import Line, Trunk
from naisen.portal.tenants.models import Tenant


def tenants(words: list[str]) -> QuerySet[Tenant]:
    """Every tenant, with `line_count` and `device_count`, by its number; narrowed by words."""
    found = Tenant.objects.select_related("customer").order_by("circle_number")
    for word in words:
        found = found.filter(
            Q(name__icontains=word)
            | Q(circle_number__startswith=word)
            | Q(domain__icontains=word)
            | Q(customer__name__icontains=word)
        )
    return found.annotate(
        line_count=Count("lines", distinct=True), device_count=Count("devices", distinct=True)
    )


def tenant_or_404(pk: int) -> Tenant:
    """One tenant."""
    tenant = Tenant.objects.select_related("customer", "common_line").filter(pk=pk).first()
    if tenant is None:
        raise Http404
    return tenant


def trunks(words: list[str]) -> QuerySet[Trunk]:
    """Every trunk with its `line_count`, by name; narrowed by words."""
    found = Trunk.objects.order_by("name")
    for word in words:
        carrying = Line.objects.filter(number__contains=word).values("trunk")
        found = found.filter(Q(name__icontains=word) | Q(host__icontains=word) | Q(pk__in=carrying))
    return found.annotate(line_count=Count("lines", distinct=True))


def trunk_or_404(pk: int) -> Trunk:
    """One trunk."""
    trunk = Trunk.objects.filter(pk=pk).first()
    if trunk is None:
        raise Http404
    return trunk


def line_or_404(tenant: Tenant, pk: int) -> Line:
    """One line of exactly this tenant."""
    line = Line.objects.select_related("tenant", "trunk").filter(tenant=tenant, pk=pk).first()
    if line is None:
        raise Http404
    return line


def lines_of_trunk(trunk: Trunk) -> QuerySet[Line]:
    """The lines that go over a trunk, of all tenants."""
    return Line.objects.filter(trunk=trunk).select_related("tenant").order_by("tenant__circle_number", "code")


@dataclass(frozen=True)
class State:
    """Whether it holds now (None: cannot be known), since when, and what stands in its way ('': nothing known)."""

    holds: bool | None = None
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class TrunkState:
    """The registration with the carrier, and the connection to it (TCP, TLS); None where a trunk has none."""

    registration: State | None
    link: State | None


def states_of(trunks: Iterable[Trunk]) -> dict[int, TrunkState]:
    """Trunk id → its state, as the edge last saw it (S2-15, S2-16)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.id, r.trunk_id IS NOT NULL, r.is_registered, r.since,"
            " l.trunk_id IS NOT NULL, l.is_up, l.since, coalesce(l.reason, '') FROM lines_trunk k"
            " LEFT JOIN lines_trunk_registration r ON r.trunk_id = k.id"
            " LEFT JOIN lines_trunk_link l ON l.trunk_id = k.id WHERE k.id = ANY(%s)",
            [[trunk.pk for trunk in trunks]],
        )
        return {
            pk: TrunkState(
                State(is_registered, registered_since) if registers else None,
                State(is_up, up_since, reason) if connects else None,
            )
            for pk, registers, is_registered, registered_since, connects, is_up, up_since, reason in cursor.fetchall()
        }
