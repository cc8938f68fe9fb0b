"""ダッシュボード: registrations, what needs attention, today's calls, the latest changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from naisen.portal.audit.changes import changes
from naisen.portal.audit.queries import entries
from naisen.portal.calls.queries import calls_of_day
from naisen.portal.dashboard.chart import chart_of
from naisen.portal.devices.models import Device
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.registrations.cells import Cell, cells_of
from naisen.portal.registrations.next_steps import NextStep, next_step
from naisen.portal.registrations.overview import Overview, latest_trouble, overview
from naisen.portal.registrations.together import Drop, drops
from naisen.portal.sign_in.access import first_screen, is_operator, may_change, tenant_to_read
from naisen.portal.tenants.models import Tenant

# How many devices and changes are named; the others are counted, and a link leads to them.
DEVICES = 10
CHANGES = 6
# So long after it happened, and so many of them, the dashboard tells of devices that were lost together.
RECENT, DROPS = timedelta(hours=2), 3


@dataclass(frozen=True)
class Attention:
    """A device that is not registered although somebody uses it, and where its next step leads."""

    device: Device
    cell: Cell
    step: NextStep


@dataclass(frozen=True)
class Office:
    """Devices that were lost together; `missing` of them still are, None where that is not known."""

    drop: Drop
    missing: int | None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the parts that go with the time; the operator begins elsewhere."""
    if is_operator(request.user):
        return redirect(first_screen(request.user))
    tenant = tenant_to_read(request)
    now = timezone.now()
    found = overview(tenant)
    calls = calls_of_day(tenant, now)
    offices = offices_of(found, drops(tenant, now - RECENT, now)[:DROPS])
    attention = attention_of(tenant, found, offices, offers_sheets=may_change(request))
    together = sum(office.missing or 0 for office in offices)
    context = {
        "now": now,
        "overview": found,
        "meter": meter_of(found),
        "attention": attention,
        "offices": offices,
        "others": max(found.missing - together - len(attention), 0),
        "calls": calls,
        "chart": chart_of(calls.by_hour),
        "changes": changes(tenant, entries(tenant)[:CHANGES]),
    }
    return render(request, "dashboard/parts.html" if is_partial(request) else "dashboard/home.html", context)


@dataclass(frozen=True)
class Part:
    """A stretch of the meter: its colour's name, where it begins, and how long it is, in devices."""

    name: str
    x: int
    count: int


def meter_of(found: Overview) -> list[Part]:
    """The stretches of the meter, one after the other."""
    counts = {
        "ok": found.registered,
        "bad": found.missing,
        "unknown": found.unknown,
        "idle": found.idle,
        "na": found.not_supported,
    }
    parts, x = [], 0
    for name, count in counts.items():
        parts.append(Part(name, x, count))
        x += count
    return parts


def offices_of(found: Overview, lost: Sequence[Drop]) -> list[Office]:
    """What was lost together, with how many of it are still missing."""
    missing, is_whole = set(found.missing_ids), len(found.missing_ids) == found.missing
    return [Office(drop, len(drop.device_ids & missing) if is_whole else None) for drop in lost]


def attention_of(
    tenant: Tenant, found: Overview, offices: Sequence[Office] = (), *, offers_sheets: bool
) -> list[Attention]:
    """The first few devices that need attention, with the reason and the next step.

    Those that were lost with their office, and had no other trouble since, are the office's.
    """
    lost = [office.drop for office in offices]
    devices = list(latest_trouble(tenant, found.missing_ids, besides=lost)[:DEVICES])
    cells = cells_of(tenant, devices)
    return [_attention(device, cells[device.pk], offers_sheets) for device in devices]


def _attention(device: Device, cell: Cell, offers_sheets: bool) -> Attention:
    step = next_step(cell.status.reason, device, may_change=offers_sheets)
    return Attention(device, cell, step or NextStep(_("履歴を見る"), resolve_url("device", device.pk)))
