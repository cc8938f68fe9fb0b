"""Which devices a form of アカウント一覧 is about: those that are ticked, or all that the search found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from naisen.portal.devices import queries
from naisen.portal.devices.forms import DeviceSearch
from naisen.portal.devices.models import Device
from naisen.portal.frame.confirmations import Effect
from naisen.portal.tenants.models import Tenant

SEARCH_FIELDS = ("person", "extension", "state", "q")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`ids` in ID order. `ticked` are the devices themselves when the clerk chose them one by one.

    `fields` say the same again in the confirmed form.
    """

    ids: Sequence[int]
    fields: Sequence[tuple[str, str]]
    ticked: Sequence[Device] = ()
    is_searched: bool = False

    def effects(self) -> list[Effect]:
        """The ticked devices by name; a search result is told by its count."""
        return [Effect(named(device)) for device in self.ticked]


def named(device: Device) -> str:
    """「00001 田中【1000】」."""
    return f"{device.code} {device.person}" if device.person else f"{device.code} {device.login}"


def ticked_devices(sent: QueryDict, tenant: Tenant) -> list[Device]:
    """The tenant's devices whose boxes are ticked, in ID order; ids of nobody's are passed over."""
    ids = [int(pk) for pk in sent.getlist("ids") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    return list(queries.devices(tenant).filter(pk__in=ids))


def chosen_devices(sent: QueryDict, tenant: Tenant) -> Choice:
    """The ticked devices where `sent` has any, else what its search finds (S1-101: all, without a search)."""
    if "ids" in sent:
        ticked = ticked_devices(sent, tenant)
        ids = [device.pk for device in ticked]
        return Choice(ids=ids, ticked=ticked, fields=[("ids", str(pk)) for pk in ids])
    found = queries.search(queries.devices(tenant), **DeviceSearch(sent, tenant=tenant).criteria())
    fields = [(name, str(sent[name])) for name in SEARCH_FIELDS if sent.get(name)]
    return Choice(ids=list(found.values_list("pk", flat=True)), fields=fields, is_searched=bool(fields))
