"""サインインの設定: one's own password, second step, passkeys, and where one is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naisen.portal.frame.confirmations import go
from naisen.portal.sign_in import passkeys
from naisen.portal.sign_in.access import login_with_settings, open_to_readers
from naisen.portal.sign_in.actions import change_password, end_other_sessions, end_session
from naisen.portal.sign_in.forms import ConfirmForm, PasswordForm
from naisen.portal.sign_in.models import AuthenticatorApp, Login, SignInSession
from naisen.portal.sign_in.second_step import codes_left
from naisen.portal.sign_in.sessions import confirm, handle_of, is_fresh, sessions_of
from naisen.portal.sign_in.terminals import name_of
from naisen.portal.sign_in.views.sign_in import answer, destination, wanted

View = Callable[..., HttpResponse]


def needs_confirmation(view: View) -> View:
    """Ask for the password first, unless it was given a moment ago: an open session alone is not enough."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        page = request.get_full_path() if request.method == "GET" else resolve_url("sign_in_settings")
        return go(request, f"{resolve_url('confirm_identity')}?{urlencode({'next': page})}")

    return confirmed


@open_to_readers
@never_cache
@require_safe
def sign_in_settings(request: HttpRequest) -> HttpResponse:
    """How one signs in, and where one is signed in now."""
    login = login_with_settings(request)
    context = {
        "app": AuthenticatorApp.objects.filter(login=login).first(),
        "passkeys": login.passkeys.order_by("created_at"),
        "codes_left": codes_left(login),
        "why_no_passkeys": passkeys.why_not(request),
        "zone": login.tenant.time_zone if login.tenant else "",
        "sessions": [row_of(session, request) for session in sessions_of(login)],
    }
    return render(request, "sign_in/settings.html", context)


def row_of(session: SignInSession, request: HttpRequest) -> dict[str, object]:
    """One line of ログイン中の端末."""
    return {
        "handle": handle_of(session),
        "terminal": name_of(session.terminal),
        "address": session.address,
        "signed_in_at": session.signed_in_at,
        "last_seen_at": session.last_seen_at,
        "is_this": session.session_key == request.session.session_key,
    }


@open_to_readers
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Ask for the password again, then go on."""
    login = login_with_settings(request)
    form = ConfirmForm(request.POST or None, request=request, login=login)
    if request.method == "POST" and form.is_valid():
        confirm(request)
        return redirect(destination(request, login))
    return answer(request, "sign_in/confirm_identity.html", form, {"form": form, "next": wanted(request)})


@open_to_readers
@never_cache
@sensitive_post_parameters("old_password", "new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password; all other browsers are signed out."""
    login = login_with_settings(request)
    form = PasswordForm(request.POST or None, request=request, login=login)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "is_temporary": login.password_is_temporary}
        return answer(request, "sign_in/password.html", form, context)
    carry_on_with(request, login, form.cleaned_data["new_password"])
    messages.success(request, _("パスワードを変更しました。ほかの端末はログアウトしました。"))
    return redirect("sign_in_settings")


def carry_on_with(request: HttpRequest, login: Login, password: str) -> None:
    """Change the password and keep this browser signed in, under a new key."""
    change_password(login=login, password=password, session_key=request.session.session_key)
    update_session_auth_hash(request, login)
    confirm(request)


@open_to_readers
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign one other browser out."""
    login = login_with_settings(request)
    for session in sessions_of(login).exclude(pk=request.session.session_key):
        if handle_of(session) == request.POST.get("session"):
            end_session(login=login, session_key=session.session_key)
            messages.success(request, _("端末をログアウトしました"))
    return redirect("sign_in_settings")


@open_to_readers
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign all other browsers out."""
    login = login_with_settings(request)
    count = end_other_sessions(login=login, session_key=request.session.session_key)
    words = ngettext("%(count)s台をログアウトしました", "%(count)s台をログアウトしました", count)
    messages.success(request, words % {"count": count})
    return redirect("sign_in_settings")
