"""The first screen after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from naisen.portal.sign_in.access import tenant_to_read


def home(request: HttpRequest) -> HttpResponse:
    """A tenant's administrator starts at アカウント一覧; a login that manages no tenant has no screen yet."""
    tenant_to_read(request)
    return redirect("devices")
