"""Sign in and out (S1-14)."""

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from naisen.portal.sign_in.forms import SignInForm
from naisen.portal.sign_in.models import Login


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the pair; a right one starts a new session and leads to `next`."""
    form = SignInForm(request.POST or None, request=request)
    target = destination(request)
    if request.method == "POST" and form.is_valid() and form.login:
        start_session(request, form.login)
        return with_language(HttpResponseRedirect(target), form.login)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(target)
    return render(request, "sign_in/sign_in.html", {"form": form, "next": wanted(request)})


def with_language(response: HttpResponse, login: Login) -> HttpResponse:
    """Bring the language that the login chose earlier to this browser (S2-23)."""
    if login.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            login.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def destination(request: HttpRequest) -> str:
    """`next` if it stays on this site, else the first screen."""
    target = wanted(request)
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else resolve_url("home")


def wanted(request: HttpRequest) -> str:
    """The page that the browser was on its way to; a second try keeps it."""
    return request.POST.get("next") or request.GET.get("next", "")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("sign_in")
