"""Hands out the tenant of a request after checking the login: for reading, and for changing (S2-24)."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

View = TypeVar("View", bound=Callable[..., object])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def open_to_readers(view: View) -> View:
    """Declare a view whose unsafe methods change only what belongs to the login itself.

    All others refuse a reader by default (sign_in.middleware.RoleMiddleware).
    """
    view.open_to_readers = True  # type: ignore[attr-defined]
    return view


def managed_tenant_id(login: object) -> int:
    """The id of the tenant that `login` manages; Http404 for a login that manages none."""
    if isinstance(login, Login) and login.kind == Login.Kind.TENANT and login.tenant_id is not None:
        return login.tenant_id
    raise Http404


def tenant_to_read(request: HttpRequest) -> Tenant:
    """The tenant whose screens the request may see."""
    managed_tenant_id(request.user)
    tenant = login_of(request).tenant
    if tenant is None:
        raise Http404
    return tenant


def tenant_to_change(request: HttpRequest) -> Tenant:
    """The tenant that the request may change; PermissionDenied (403) for a reader."""
    tenant = tenant_to_read(request)
    if login_of(request).role != Login.Role.ADMINISTRATOR:
        raise PermissionDenied
    return tenant


def login_of(request: HttpRequest) -> Login:
    """The signed-in login, for the audit entry of what it does."""
    if not isinstance(request.user, Login):
        raise PermissionDenied
    return request.user


def may_change(request: HttpRequest) -> bool:
    """Whether the screen should offer changes at all."""
    return is_administrator(login_of(request))


def is_administrator(user: object) -> bool:
    """Whether `user` is a signed-in login that may change things."""
    return isinstance(user, Login) and user.role == Login.Role.ADMINISTRATOR
