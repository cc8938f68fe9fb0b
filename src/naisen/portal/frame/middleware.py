"""Security headers of every answer. Nothing inline runs: no script, no style, no eval."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

Handler = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class SecurityHeadersMiddleware:
    """Stamps the headers, in a synchronous chain as well as in an asynchronous one."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(  # noqa: D102 - the class says it
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseBase):
            return stamp(answer)
        return stamp_later(answer)


async def stamp_later(answer: Awaitable[HttpResponseBase]) -> HttpResponseBase:
    """`stamp` for an answer that is still to come."""
    return stamp(await answer)


def stamp(response: HttpResponseBase) -> HttpResponseBase:
    """Add the headers that the answer does not set itself; pages are never kept by shared caches."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response
