"""Every read of registrations; each takes the tenant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from naisen.portal.devices.models import Device
from naisen.portal.registrations import diagnosis
from naisen.portal.registrations.diagnosis import Attempt, Diagnosis, Facts, Happening, diagnose
from naisen.portal.registrations.models import Binding, Event, Failure, Outage, Stranger, Verdict
from naisen.portal.registrations.near import Names
from naisen.portal.registrations.status import State, Status
from naisen.portal.tenants.models import LoginServer, Tenant

WITHOUT_REGISTRATION = (Device.Kind.TRUNK_BY_ADDRESS,)
# How much of a device's past a verdict goes by, and how long and how many attempts of nobody are looked at.
EVENTS, ATTEMPTS = 12, 5
STRANGERS, STRANGERS_FOR = 300, timedelta(days=7)


def status_of(tenant: Tenant, devices: Iterable[Device]) -> dict[int, Status]:
    """Device id → Status for `devices` (their `server` and person loaded), in four queries however many they are.

    A binding of a device that may not register any more does not count: the edge is dropping it.
    """
    chosen, now = list(devices), timezone.now()
    ids = [device.pk for device in chosen]
    bindings = _newest_bindings(tenant, ids)
    rows = {row.device_id: row for row in _facts(tenant, ids)}
    absent = [device for device in chosen if device.pk not in bindings and not rows[device.pk].why_not]
    common: dict[str, Any] = {"now": now}
    if absent:
        common |= {"strangers": _strangers(tenant, absent, now), "outages": _outages(now)}
    return {
        device.pk: _status(tenant, device, bindings.get(device.pk), rows[device.pk], common)
        for device in chosen
    }


def timeline(tenant: Tenant, device: Device, *, limit: int = 50) -> list[Event | Failure]:
    """What happened to a device's registration and what was refused, newest first: `limit` of each at most."""
    events = Event.objects.filter(tenant=tenant, device=device).order_by("-at", "-id")[:limit]
    failures = Failure.objects.filter(tenant=tenant, device=device).order_by("-last_at")[:limit]
    both: list[Event | Failure] = [*events, *failures]
    return sorted(both, key=_moment, reverse=True)


def bindings_of(tenant: Tenant, device: Device) -> list[Binding]:
    """Every contact that a device has registered now, newest first."""
    return list(Binding.objects.filter(tenant=tenant, device=device).order_by("-refreshed_at"))


def _moment(item: Event | Failure) -> datetime:
    return item.at if isinstance(item, Event) else item.last_at


def _newest_bindings(tenant: Tenant, ids: Sequence[int]) -> dict[int, Binding]:
    found = Binding.objects.filter(tenant=tenant, device_id__in=ids).order_by("refreshed_at")
    return {binding.device_id: binding for binding in found}


def _facts(tenant: Tenant, ids: Sequence[int]) -> QuerySet[Verdict, Any]:
    """One row a device: whether it may register, its newest events and failures, and when it last came."""
    events = Event.objects.filter(device_id=OuterRef("device_id")).order_by("-at", "-id")
    failures = Failure.objects.filter(device_id=OuterRef("device_id")).order_by("-last_at")
    event = JSONObject(**{name: name for name in ("at", "what", "contact", "address", "terminal")})
    names = ("reason", "first_at", "last_at", "count", "address", "terminal", "login", "domain")
    failure = JSONObject(**{name: name for name in names})
    return Verdict.objects.filter(tenant=tenant, device_id__in=ids).annotate(
        events=ArraySubquery(events.values(json=event)[:EVENTS]),
        failures=ArraySubquery(failures.values(json=failure)[:ATTEMPTS]),
        came_at=Subquery(events.filter(what=Event.What.REGISTERED).values("at")[:1]),
    )


def _strangers(tenant: Tenant, absent: Sequence[Device], now: datetime) -> list[Attempt]:
    """The newest attempts of nobody that may have been meant for one of the devices, the newest first."""
    elsewhere = Q(is_elsewhere=True, login__in=[device.login for device in absent])
    found = Stranger.objects.filter(
        Q(is_elsewhere=False) | elsewhere, tenant=tenant, last_at__gt=now - STRANGERS_FOR
    ).order_by("-last_at")
    names = ("reason", "first_at", "last_at", "count", "address", "terminal", "login", "domain")
    return [Attempt(**row) for row in found.values(*names)[:STRANGERS]]


def _outages(now: datetime) -> list[diagnosis.Outage]:
    found = Outage.objects.filter(ended_at__gt=now - diagnosis.BACK)
    return [diagnosis.Outage(one.began_at, one.ended_at) for one in found[:20]]


def _status(
    tenant: Tenant, device: Device, binding: Binding | None, row: Any, common: Mapping[str, Any]
) -> Status:
    facts = facts_of(tenant, device, binding, row, common)
    verdict = diagnose(facts)
    begins = row.effective_at
    password_from = begins if begins and begins > facts.now else None
    if not facts.is_supported:
        return Status(state=State.NOT_SUPPORTED, reason=verdict, password_from=password_from)
    if facts.is_asked_for:
        return Status(state=State.UNKNOWN, reason=verdict, password_from=password_from)
    if binding is None or facts.why_not:
        since = _gone_at(facts.events)
        return Status(state=State.UNREGISTERED, since=since, reason=verdict, password_from=password_from)
    return _registered(binding, facts, verdict)


def _registered(binding: Binding, facts: Facts, verdict: Diagnosis) -> Status:
    """Its password works, or a rule would keep it out."""
    return Status(
        state=State.REGISTERED,
        terminal=binding.terminal,
        address=binding.received or binding.contact,
        transport=binding.transport,
        since=facts.came_at,
        expires_at=binding.expires_at,
        waits_for_login=facts.waits_for_login,
        reason=verdict,
    )


def facts_of(
    tenant: Tenant, device: Device, binding: Binding | None, row: Any, common: Mapping[str, Any]
) -> Facts:
    """What the database says of one device, as `diagnose` wants it."""
    person = device.person
    return Facts(
        names=Names(device.login, tenant.domain, person.number.digits if person else "", device.code),
        is_supported=device.kind not in WITHOUT_REGISTRATION,
        is_asked_for=device.server.status_mode == LoginServer.StatusMode.ON_DEMAND,
        why_not=row.why_not,
        effective_at=row.effective_at,
        waits_for_login=row.login_only,
        bound_at=(binding.received or binding.contact) if binding else None,
        came_at=row.came_at,
        events=[Happening(**{**one, "at": _time(one["at"])}) for one in row.events],
        attempts=[
            Attempt(**{**one, "first_at": _time(one["first_at"]), "last_at": _time(one["last_at"])})
            for one in row.failures
        ],
        **common,
    )


def _gone_at(events: Sequence[Happening]) -> datetime | None:
    return events[0].at if events and events[0].what not in diagnosis.ARRIVALS else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
