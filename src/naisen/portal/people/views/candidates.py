"""What chips.js gets when the clerk searches for people in a form (S1-09)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from naisen.portal.people.choosing import Chosen, candidates, label_of
from naisen.portal.tenants.models import Tenant

LONGEST_WORDS = 100


def answer(request: HttpRequest, tenant: Tenant, name: str, chosen: Chosen) -> HttpResponse:
    """The first few hits as options of the field `name`; who is chosen already comes ticked."""
    found = candidates(tenant, request.GET.get("q", "")[:LONGEST_WORDS].replace("\x00", ""))
    ticked = set(chosen.people.filter(pk__in=[p.pk for p in found]).values_list("pk", flat=True))
    options = [(person.pk, label_of(person), person.pk in ticked) for person in found]
    return render(request, "people/candidates.html", {"name": name, "options": options})
