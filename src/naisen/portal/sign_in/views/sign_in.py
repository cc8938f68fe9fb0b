"""Sign in and out (S1-14): a password, then the second step where there is one; or a passkey alone."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from naisen.portal.sign_in import passkeys, throttle
from naisen.portal.sign_in.access import first_screen, open_to_readers
from naisen.portal.sign_in.forms import SecondStepForm, SignInForm, Throttled
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.second_step import has_second_step, use_passkey
from naisen.portal.sign_in.sessions import remember_browser

# In the session of somebody whose password was right and who has the second step to take.
HALF_WAY = "half_way"
HALF_WAY_LASTS = timedelta(minutes=5)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, kind: str = Login.Kind.TENANT) -> HttpResponse:
    """Ask for the pair; a right one starts a new session, or leads to the second step.

    The operator signs in at an address of its own, because ids are unique within a kind only (D-08).
    """
    form = SignInForm(request.POST or None, request=request, kind=kind)
    if request.method == "POST" and form.is_valid() and form.login:
        if has_second_step(form.login):
            request.session[HALF_WAY] = {"login": form.login.pk, "at": timezone.now().isoformat()}
            return redirect(
                f"{resolve_url('second_step')}?{urlencode({'next': destination(request, form.login)})}"
            )
        return started(request, form.login)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(destination(request, request.user))
    context = {
        "form": form,
        "next": wanted(request),
        "passkeys_work": not passkeys.why_not(request),
        "is_operators": kind == Login.Kind.OPERATOR,
    }
    return answer(request, "sign_in/sign_in.html", form, context)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the app's code, a recovery code or a passkey."""
    login = half_way_in(request)
    if login is None:
        messages.error(request, _("時間が経ったため、もう一度ログインしてください。"))
        return redirect("sign_in")
    form = SecondStepForm(request.POST or None, request=request, login=login)
    if request.method == "POST" and form.is_valid():
        return started(request, login)
    context = {
        "form": form,
        "next": wanted(request),
        "has_passkeys": bool(passkeys.passkeys_here(request, login)),
    }
    return answer(request, "sign_in/second_step.html", form, context)


@login_not_required
@never_cache
@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What the browser asks the passkey: of one login after its password, of any login without."""
    return JsonResponse(passkeys.ask_to_use(request, half_way_in(request)))


@login_not_required
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in whom the passkey belongs to: it is both steps at once."""
    try:
        found = use_passkey(
            request=request, answer=request.POST.get("answer", ""), login=half_way_in(request)
        )
    except passkeys.WrongAnswer:
        messages.error(request, _("パスキーを確認できませんでした。もう一度お試しください。"))
        return redirect(f"{resolve_url('sign_in')}?{urlencode({'next': wanted(request)})}")
    return started(request, found)


@open_to_readers
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("sign_in")


def started(request: HttpRequest, login: Login) -> HttpResponse:
    """A new session for `login`, and the page that the browser was on its way to."""
    target = destination(request, login)
    request.session.pop(HALF_WAY, None)
    start_session(request, login, backend=settings.AUTHENTICATION_BACKENDS[0])
    remember_browser(request)
    return with_language(HttpResponseRedirect(target), login)


def half_way_in(request: HttpRequest) -> Login | None:
    """Whose password was given in this browser a moment ago."""
    mark = request.session.get(HALF_WAY)
    if not mark or timezone.now() - datetime.fromisoformat(mark["at"]) > HALF_WAY_LASTS:
        return None
    return Login.objects.filter(pk=mark["login"], is_active=True).first()


def answer(request: HttpRequest, template: str, form: Throttled, context: dict[str, object]) -> HttpResponse:
    """The page; 429 when tries are used up, so that a program understands it too (RFC 6585)."""
    if not form.throttled:
        return render(request, template, context)
    response = render(request, template, context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(int(throttle.WINDOW.total_seconds()))
    return response


def with_language(response: HttpResponse, login: Login) -> HttpResponse:
    """Bring the language that the login chose earlier to this browser (S2-23)."""
    if login.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            login.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response


def destination(request: HttpRequest, login: object) -> str:
    """`next` if it stays on this site, else the login's first screen."""
    target = wanted(request)
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else resolve_url(first_screen(login))


def wanted(request: HttpRequest) -> str:
    """The page that the browser was on its way to; a second try keeps it."""
    return request.POST.get("next") or request.GET.get("next", "")
