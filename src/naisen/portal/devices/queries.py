"""Every read of devices; each takes the tenant."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from naisen.portal.devices import secrets
from naisen.portal.devices.models import Credential, Device
from naisen.portal.frame.paging import ROWS, Find
from naisen.portal.people.models import Person
from naisen.portal.people.queries import findable
from naisen.portal.registrations.overview import in_state, page_in_state
from naisen.portal.tenants.models import Tenant

# What the list may be sorted by, and by which columns; nothing else reaches the database.
SORTS = {
    "serial": ("serial",),
    "name": ("person__name", "serial"),
    "extension": ("person__number__digits", "serial"),
    "kind": ("kind", "serial"),
}


def devices(tenant: Tenant) -> QuerySet[Device]:
    """All devices under the tenant's contract, in ID order, with what the list shows of them."""
    return (
        Device.objects.filter(tenant=tenant)
        .select_related("server", "person", "person__number")
        .order_by("serial")
    )


def assignable(tenant: Tenant, person: Person | None) -> QuerySet[Device]:
    """The devices that a person's form offers: those of `person`, and those that are 未使用 (S1-38)."""
    free = Q(person__isnull=True)
    return devices(tenant).filter(free | Q(person=person) if person else free)


def search(
    found: QuerySet[Device],
    *,
    tenant: Tenant,
    words: str = "",
    person_id: int | None = None,
    extension: str = "",
    state: str = "",
) -> QuerySet[Device]:
    """`found` of `tenant`, narrowed by person and extension (S1-100), and by words in name, kana, login or ID.

    `state` is `registered`, or `missing` where somebody has to do something (registrations.overview).
    """
    if state:
        found = found.filter(in_state(tenant, state))
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if extension:
        found = found.filter(person__in=Person.objects.filter(tenant=tenant, number__digits=extension))
    for word in words.split():
        match = Q(person__in=findable(tenant, word).values("pk"))
        if word.isascii():  # as logins are; looking at each of them takes as long as all the rest
            match |= Q(login__contains=word.lower())
        if word.isascii() and word.isdigit() and len(word) <= 9:
            match |= Q(serial=int(word))
        found = found.filter(match)
    return found


def in_state_alone(tenant: Tenant, criteria: Mapping[str, Any]) -> Find | None:
    """What finds the devices of `search` in ID order, where nothing but a state is asked for."""
    if not criteria["state"] or any(criteria[name] for name in ("words", "person_id", "extension")):
        return None
    return partial(page_in_state, tenant, criteria["state"], ROWS)


def in_order(found: QuerySet[Device], sort: str) -> QuerySet[Device]:
    """`found`, sorted by a key of SORTS, `-` before it for descending; by ID otherwise."""
    key = sort.removeprefix("-")
    columns = SORTS.get(key, SORTS["serial"])
    return found.order_by(*(f"-{c}" for c in columns) if sort.startswith("-") and key in SORTS else columns)


def device_or_404(tenant: Tenant, pk: int) -> Device:
    """One device of the tenant; anything else, a stranger's device too, is Http404."""
    device = (
        devices(tenant).select_related("server", "person", "person__number", "tenant").filter(pk=pk).first()
    )
    if device is None:
        raise Http404
    return device


def open_credential(device: Device) -> Credential:
    """The password that is in force, or will be from its `effective_at`."""
    return Credential.objects.get(device=device, ended_at__isnull=True)


def credentials_of(device: Device) -> list[Credential]:
    """The last five passwords of a device, the open one first."""
    return list(Credential.objects.filter(tenant=device.tenant, device=device).order_by("-version")[:5])


def password_of(credential: Credential) -> str:
    """The password in the clear, for the settings sheet; raises secrets.SecretUnreadable."""
    return secrets.decrypt(
        credential.secret,
        tenant_id=credential.tenant_id,
        device_id=credential.device_id,
        version=credential.version,
    )
