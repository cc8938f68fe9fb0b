"""アカウント一覧 (S1-100 … S1-109) and one device's page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.devices import queries
from naisen.portal.devices.choosing import SEARCH_FIELDS
from naisen.portal.devices.forms import DeviceSearch
from naisen.portal.devices.models import Device
from naisen.portal.devices.sheet_states import sheet_states, usable_from
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.frame.templatetags.frame import moment
from naisen.portal.registrations.bar import Span
from naisen.portal.registrations.cells import Cell, cells_of
from naisen.portal.registrations.next_steps import next_step
from naisen.portal.registrations.past import past_of
from naisen.portal.registrations.status import Status
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.sign_in.access import may_change, tenant_to_read
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class Row:
    """A device, its live status, and from when a new password of it works (empty: it works)."""

    device: Device
    cell: Cell
    waits: str = ""

    @property
    def kind(self) -> str:
        """アカウント種別; get_kind_display would put all of them into a dictionary for each row."""
        return str(Device.Kind(self.device.kind).label)


def rows_of(tenant: Tenant, found: Iterable[Device]) -> list[Row]:
    """The devices with their status, in the order given."""
    chosen, now = list(found), timezone.now()
    cells = cells_of(tenant, chosen)
    starts = {pk: cell.status.password_from for pk, cell in cells.items()}
    waits = {pk: usable_from(at, now=now, zone=tenant.time_zone) for pk, at in starts.items() if at}
    return [Row(device, cells[device.pk], waits.get(device.pk, "")) for device in chosen]


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    tenant = tenant_to_read(request)
    search = DeviceSearch(request.GET, tenant=tenant)
    criteria = search.criteria()
    every = queries.devices(tenant)
    found = queries.search(every, **criteria)
    context = page_context(
        request,
        found,
        rows=every if criteria["words"] or criteria["state"] else None,
        find=queries.in_state_alone(tenant, criteria),
    )
    context |= {
        "search": search,
        "rows": rows_of(tenant, context["page"]),
        "outputs": Output,
        "searched": [(name, request.GET[name]) for name in SEARCH_FIELDS if request.GET.get(name)],
        "may_change": may_change(request),
    }
    return render(request, "devices/results.html" if is_partial(request) else "devices/list.html", context)


@require_safe
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: who uses it, how it is registered now, and what happened before."""
    tenant = tenant_to_read(request)
    chosen = queries.device_or_404(tenant, pk)
    cell, now = cells_of(tenant, [chosen])[pk], timezone.now()
    span = Span.WEEK if request.GET.get("span") == "week" else Span.DAY
    context = {
        "device": chosen,
        "cell": cell,
        "step": next_step(cell.status.reason, chosen, may_change=may_change(request)),
        "past": past_of(tenant, chosen, span, now),
        "is_week": span is Span.WEEK,
        "facts": facts(tenant, chosen, cell.status),
        "sheets": sheet_states(queries.credentials_of(chosen), now=now, zone=tenant.time_zone),
        "may_change": may_change(request),
    }
    return render(request, "devices/device.html", context)


def facts(tenant: Tenant, chosen: Device, status: Status) -> list[tuple[str, str]]:
    """Label and value, as the device's page shows them."""
    person = chosen.person
    return [
        (_("ユーザ名"), person.name if person else _("未使用")),
        (_("内線番号"), person.number.digits if person else _("未使用")),
        (_("アカウント"), chosen.login),
        (_("ドメイン"), tenant.domain),
        (_("アカウント種別"), chosen.get_kind_display()),
        (_("PBXサーバ"), chosen.server.name),
        (_("同時通話数"), calls_in_words(chosen)),
        (_("端末"), status.terminal),
        (_("接続元"), status.address.removeprefix("sip:")),
        (_("登録日時"), moment(status.since if status.terminal else None, tenant.time_zone)),
        (_("有効期限"), moment(status.expires_at, tenant.time_zone)),
    ]


def calls_in_words(chosen: Device) -> str:
    """How many calls it may have at once."""
    if chosen.max_calls == 1:
        return _("1通話(通話中にほかの電話は鳴りません)")
    return _("%(count)s通話まで") % {"count": chosen.max_calls}
