"""Every page needs a sign-in unless its view says that it does not."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends a browser to the sign-in page; a part of a page that htmx asked for sends the whole page there."""

    def handle_no_permission(self, request: HttpRequest, view_func: object) -> HttpResponseBase:
        """A redirect, or its htmx form, which comes back to the page that the person was on."""
        if "HX-Request" not in request.headers:
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        target = (
            f"{resolve_url('sign_in')}?{urlencode({'next': page._replace(scheme='', netloc='').geturl()})}"
        )
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})
