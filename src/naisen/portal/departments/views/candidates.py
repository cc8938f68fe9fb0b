"""The people whom the form of a department finds by searching (S1-84)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from naisen.portal.departments import queries
from naisen.portal.departments.forms import chosen_of
from naisen.portal.people.views.candidates import answer
from naisen.portal.sign_in.access import tenant_to_read


@require_safe
def department_candidates(request: HttpRequest) -> HttpResponse:
    """For a new department."""
    return answer(request, tenant_to_read(request), "members", chosen_of(None))


@require_safe
def department_member_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """For one that is there: who belongs to it comes ticked."""
    tenant = tenant_to_read(request)
    return answer(request, tenant, "members", chosen_of(queries.department_or_404(tenant, pk)))
