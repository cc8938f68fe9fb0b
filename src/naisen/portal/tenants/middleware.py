"""Gives each request the scope of the person who is signed in."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope


def scope_for(login: object) -> str:
    """The scope text of a signed-in login; nothing for everybody else (S2-24)."""
    if not isinstance(login, Login):
        return scope.NOTHING
    if login.kind == Login.Kind.OPERATOR:
        return scope.EVERYTHING
    if login.tenant_id:
        return scope.of_tenants([login.tenant_id])
    return scope.NOTHING


class TenantScopeMiddleware:
    """Sets the scope when a view is about to run, and takes it away when the request ends.

    A connection that is opened anew in the middle of a request has no scope and so sees nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:  # noqa: D102 - the class says it
        text = scope_for(request.user)
        if text == scope.NOTHING:
            return self.get_response(request)
        scope.set_scope(text)
        response = None
        try:
            response = self.get_response(request)
            return response
        finally:
            if connection.connection and not connection.connection.closed:
                scope.set_scope(scope.NOTHING)
            # A push stream stays open for minutes and reads nothing: it must not keep a connection.
            if isinstance(response, StreamingHttpResponse) and response.is_async:
                connection.close()
