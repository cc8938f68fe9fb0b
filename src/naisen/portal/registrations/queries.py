"""Every read of registrations; each takes the tenant."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from naisen.portal.devices.models import Device
from naisen.portal.registrations.models import Binding, Event, Failure, Verdict
from naisen.portal.registrations.status import Reason, State, Status
from naisen.portal.tenants.models import LoginServer, Tenant

WITHOUT_REGISTRATION = (Device.Kind.TRUNK_BY_ADDRESS,)


def status_of(tenant: Tenant, devices: Iterable[Device]) -> dict[int, Status]:
    """Device id → Status for `devices` (their `server` loaded), in two queries however many they are.

    A binding of a device that may not register any more does not count: the edge is dropping it.
    """
    chosen = list(devices)
    ids = [device.pk for device in chosen]
    bindings = _newest_bindings(tenant, ids)
    facts = {fact.device_id: fact for fact in _facts(tenant, ids)}
    return {device.pk: _status(device, bindings.get(device.pk), facts.get(device.pk)) for device in chosen}


def timeline(tenant: Tenant, device: Device, *, limit: int = 50) -> list[Event | Failure]:
    """What happened to a device's registration and what was refused, newest first."""
    events = Event.objects.filter(tenant=tenant, device=device).order_by("-at", "-id")[:limit]
    failures = Failure.objects.filter(tenant=tenant, device=device).order_by("-last_at")[:limit]
    both: list[Event | Failure] = [*events, *failures]
    return sorted(both, key=_moment, reverse=True)[:limit]


def bindings_of(tenant: Tenant, device: Device) -> list[Binding]:
    """Every contact that a device has registered now, newest first."""
    return list(Binding.objects.filter(tenant=tenant, device=device).order_by("-refreshed_at"))


def _moment(item: Event | Failure) -> datetime:
    return item.at if isinstance(item, Event) else item.last_at


def _newest_bindings(tenant: Tenant, ids: Sequence[int]) -> dict[int, Binding]:
    found = Binding.objects.filter(tenant=tenant, device_id__in=ids).order_by("refreshed_at")
    return {binding.device_id: binding for binding in found}


def _facts(tenant: Tenant, ids: Sequence[int]) -> QuerySet[Verdict, Any]:
    """One row a device: its verdict, its newest event, when it last came, and its newest failure."""
    events = Event.objects.filter(device_id=OuterRef("device_id")).order_by("-at", "-id")
    failures = Failure.objects.filter(device_id=OuterRef("device_id")).order_by("-last_at")
    event = JSONObject(what="what", at="at", address="address", terminal="terminal")
    failure = JSONObject(reason="reason", at="last_at", count="count", address="address", terminal="terminal")
    return Verdict.objects.filter(tenant=tenant, device_id__in=ids).annotate(
        event=Subquery(events.values(json=event)[:1]),
        came_at=Subquery(events.filter(what=Event.What.REGISTERED).values("at")[:1]),
        failure=Subquery(failures.values(json=failure)[:1]),
    )


def _status(device: Device, binding: Binding | None, facts: Any) -> Status:
    if device.kind in WITHOUT_REGISTRATION:
        return Status(state=State.NOT_SUPPORTED)
    if device.server.status_mode == LoginServer.StatusMode.ON_DEMAND:
        return Status(state=State.UNKNOWN)
    if binding is not None and not facts.why_not:
        return Status(
            state=State.REGISTERED,
            terminal=binding.terminal,
            address=binding.received or binding.contact,
            transport=binding.transport,
            since=facts.came_at,
            expires_at=binding.expires_at,
            waits_for_login=facts.login_only,
        )
    return _not_registered(facts)


def _not_registered(facts: Any) -> Status:
    event, failure = facts.event or {}, facts.failure or {}
    event_at, failure_at = _time(event.get("at")), _time(failure.get("at"))
    gone_at = event_at if event and event["what"] not in ("registered", "moved") else None
    if facts.why_not:
        at = failure_at if failure.get("reason") == facts.why_not else None
        reason = Reason(code=facts.why_not, at=at, effective_at=facts.effective_at)
        return Status(state=State.UNREGISTERED, since=gone_at, reason=reason)
    if failure_at and (event_at is None or failure_at > event_at):
        reason = Reason(
            code=failure["reason"],
            at=failure_at,
            count=failure["count"],
            address=failure["address"],
            terminal=failure["terminal"],
        )
    elif event:
        # A binding that ran out while nothing told us so still shows as its last arrival.
        code = event["what"] if gone_at else "expired"
        reason = Reason(code=code, at=event_at, address=event["address"], terminal=event["terminal"])
    else:
        reason = Reason(code="never_seen")
    return Status(state=State.UNREGISTERED, since=gone_at, reason=reason)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
