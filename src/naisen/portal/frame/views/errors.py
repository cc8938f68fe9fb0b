"""Error pages. They must work when little else does: no database, no sign-in, an odd request."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def page(status: HTTPStatus, template: str) -> HttpResponse:
    """One error page."""
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. Reads nothing from the request: its charset may be what was wrong with it."""
    return page(HTTPStatus.BAD_REQUEST, "400.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(HTTPStatus.FORBIDDEN, "403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. The same for what does not exist and for what belongs to somebody else."""
    return page(HTTPStatus.NOT_FOUND, "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return page(HTTPStatus.INTERNAL_SERVER_ERROR, "500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page is older than the session; says how to go on."""
    return page(HTTPStatus.FORBIDDEN, "403_csrf.html")
