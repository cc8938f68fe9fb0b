"""ダッシュボード: registrations, what needs attention, today's calls, the latest changes."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from naisen.portal.audit.changes import changes
from naisen.portal.audit.queries import entries
from naisen.portal.calls.queries import calls_of_day
from naisen.portal.dashboard.chart import chart_of
from naisen.portal.devices.models import Device
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.registrations.cells import Cell, cells_of
from naisen.portal.registrations.overview import Overview, latest_trouble, overview
from naisen.portal.sign_in.access import first_screen, is_operator, may_change, tenant_to_read
from naisen.portal.tenants.models import Tenant

# How many devices and changes are named; the others are counted, and a link leads to them.
DEVICES = 10
CHANGES = 6
# Reasons that the settings sheet helps with: something in the phone must be typed again.
SHEET_HELPS = frozenset({"never_seen", "wrong_password", "unknown_login", "unknown_domain", "uri_mismatch"})


@dataclass(frozen=True)
class Attention:
    """A device that is not registered although somebody uses it, and where its next step leads."""

    device: Device
    cell: Cell
    step: str | Promise
    address: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the parts that go with the time; the operator begins elsewhere."""
    if is_operator(request.user):
        return redirect(first_screen(request.user))
    tenant = tenant_to_read(request)
    now = timezone.now()
    found = overview(tenant)
    calls = calls_of_day(tenant, now)
    attention = attention_of(tenant, found, offers_sheets=may_change(request))
    context = {
        "now": now,
        "overview": found,
        "meter": meter_of(found),
        "attention": attention,
        "others": max(found.missing - len(attention), 0),
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


def attention_of(tenant: Tenant, found: Overview, *, offers_sheets: bool) -> list[Attention]:
    """The first few devices that need attention, with the reason and the next step."""
    devices = list(latest_trouble(tenant, found.missing_ids)[:DEVICES])
    cells = cells_of(tenant, devices)
    return [_attention(device, cells[device.pk], offers_sheets) for device in devices]


def _attention(device: Device, cell: Cell, offers_sheets: bool) -> Attention:
    reason = cell.status.reason
    if offers_sheets and reason is not None and reason.code in SHEET_HELPS:
        return Attention(device, cell, _("設定書PDF"), resolve_url("settings_sheet", device.pk))
    return Attention(device, cell, _("履歴を見る"), resolve_url("device", device.pk))
