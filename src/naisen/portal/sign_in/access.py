"""Hands out the tenant of a request after checking the login: for reading, and for changing (S2-24).

The operator has no tenant, and screens of its own (`for_operators`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

View = TypeVar("View", bound=Callable[..., object])
OperatorView = TypeVar("OperatorView", bound=Callable[..., HttpResponse])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def open_to_readers(view: View) -> View:
    """Declare a view whose unsafe methods change only what belongs to the login itself.

    All others refuse a reader by default (sign_in.middleware.RoleMiddleware).
    """
    view.open_to_readers = True  # type: ignore[attr-defined]
    return view


def for_operators(view: OperatorView) -> OperatorView:
    """Declare a screen of the operator (S2-24): whoever else is signed in finds nothing there (Http404)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_operator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    # Where SignInRequiredMiddleware sends a browser that nobody is signed in.
    guarded.login_url = "operator_sign_in"  # type: ignore[attr-defined]
    return cast(OperatorView, guarded)


def first_screen(user: object) -> str:
    """The route of the screen that a login begins with."""
    return "operator_tenants" if is_operator(user) else "home"


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


def login_with_settings(request: HttpRequest) -> Login:
    """Whose サインインの設定 the request is about: a tenant's login or the operator's; Http404 for any other."""
    login = login_of(request)
    if not is_operator(login):
        managed_tenant_id(login)
    return login


def may_change(request: HttpRequest) -> bool:
    """Whether the screen should offer changes at all."""
    return is_administrator(login_of(request))


def is_administrator(user: object) -> bool:
    """Whether `user` is a signed-in login that may change things."""
    return isinstance(user, Login) and user.role == Login.Role.ADMINISTRATOR


def is_operator(user: object) -> bool:
    """Whether `user` is a signed-in login of the operator."""
    return isinstance(user, Login) and user.kind == Login.Kind.OPERATOR
