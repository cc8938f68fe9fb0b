"""Every page needs a sign-in, and every change an administrator, unless its view says that it does not."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from naisen.portal.frame.confirmations import go
from naisen.portal.sign_in.access import SAFE_METHODS, is_administrator
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.sessions import SessionStore


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends a browser to the sign-in page; a part of a page that htmx asked for sends the whole page there."""

    def handle_no_permission(  # type: ignore[override]  # any answer will do, not only a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """A redirect, or its htmx form, which comes back to the page that the person was on."""
        if "HX-Request" not in request.headers:
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        target = f"{resolve_url(self.get_login_url(view_func))}?{urlencode({'next': page._replace(scheme='', netloc='').geturl()})}"
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})


class RoleMiddleware:
    """The one place that keeps readers from changing anything: unsafe methods are refused by default.

    A view that changes only what belongs to the login itself is declared `open_to_readers`. A login whose
    password somebody else knows gets to no other view until it has been changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:  # noqa: D102 - the class says it
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the view run."""
        user = request.user
        if not isinstance(user, Login) or not getattr(view, "login_required", True):
            return None
        if isinstance(request.session, SessionStore):
            request.session.touch()
        if getattr(view, "open_to_readers", False):
            return None
        if user.password_is_temporary:
            return go(request, "password_change")
        if request.method not in SAFE_METHODS and not is_administrator(user):
            raise PermissionDenied
        return None
