"""Whom a form finds while the clerk types: for chips.js, and for the field that takes one person (S1-09)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from naisen.portal.devices.queries import assignable, search
from naisen.portal.people import queries
from naisen.portal.people.choosing import FOUND, Chosen, candidates, label_of
from naisen.portal.people.digits import half_width
from naisen.portal.people.forms import name_of_device
from naisen.portal.sign_in.access import tenant_to_read
from naisen.portal.tenants.models import Tenant

LONGEST_WORDS = 100


def answer(request: HttpRequest, tenant: Tenant, name: str, chosen: Chosen) -> HttpResponse:
    """The first few hits as options of the field `name`; who is chosen already comes ticked."""
    found = candidates(tenant, typed(request, "q"))
    ticked = set(chosen.people.filter(pk__in=[p.pk for p in found]).values_list("pk", flat=True))
    options = [(person.pk, label_of(person), person.pk in ticked) for person in found]
    return render(request, "people/candidates.html", {"name": name, "options": options})


@require_safe
def spare_devices(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The first few devices that a person's form may log in: 未使用 ones, and the person's own, which come ticked."""
    tenant = tenant_to_read(request)
    person = queries.person_or_404(tenant, pk) if pk is not None else None
    found = search(assignable(tenant, person), tenant=tenant, words=half_width(typed(request, "q")))[:FOUND]
    options = [(device.pk, name_of_device(device), device.person_id is not None) for device in found]
    return render(request, "people/candidates.html", {"name": "devices", "options": options})


@require_safe
def person_suggestions(request: HttpRequest) -> HttpResponse:
    """The first few who are not stopped, for the suggestions of one field (people.choosing_one)."""
    found = candidates(tenant_to_read(request), typed(request, "person"))
    context = {"people": [person for person in found if not person.is_stopped]}
    return render(request, "people/suggestions.html", context)


def typed(request: HttpRequest, name: str) -> str:
    """What has been typed so far; PostgreSQL takes no NUL."""
    return request.GET.get(name, "")[:LONGEST_WORDS].replace("\x00", "")
