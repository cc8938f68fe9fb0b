"""Setting up the second step: authenticator app, recovery codes, passkeys."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from naisen.portal import sealing
from naisen.portal.frame.confirmations import Confirmation, ask, is_confirmed
from naisen.portal.refusals import Refusal
from naisen.portal.settings_sheets.qr import qr_svg
from naisen.portal.sign_in import passkeys, second_step, totp
from naisen.portal.sign_in.access import login_with_settings, open_to_readers
from naisen.portal.sign_in.forms import AppForm, PasskeyForm
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.views.settings import needs_confirmation

# In the session, sealed: the secret that the page shows, until its first code proves that it was taken over.
ON_PAGE = "app_on_page"
ISSUER = "Naisen"


@open_to_readers
@needs_confirmation
@never_cache
@sensitive_post_parameters("code")
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def app_set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret as QR code and in letters; turn it on when the app's code is right."""
    login = login_with_settings(request)
    secret = shown_secret(request, login)
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_step.set_up_app(login=login, secret=secret, code=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            del request.session[ON_PAGE]
            return done(request, _("認証アプリを設定しました"), codes)
    context = {"form": form, "secret": in_groups(secret), "qr": qr_of(secret, login)}
    return render(request, "sign_in/app.html", context)


def shown_secret(request: HttpRequest, login: Login) -> str:
    """The secret that was shown before, so that a wrong code does not change it; else a new one."""
    bound_to = f"shown secret|{login.pk}"
    if ON_PAGE not in request.session:
        sealed = sealing.seal(totp.new_secret(), bound_to=bound_to)
        request.session[ON_PAGE] = sealed.hex()
    return sealing.unseal(bytes.fromhex(request.session[ON_PAGE]), bound_to=bound_to)


def in_groups(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def qr_of(secret: str, login: Login) -> str:
    """The QR code as an address for an image."""
    svg = qr_svg(totp.address(secret, account=login.login_id, issuer=ISSUER))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def done(request: HttpRequest, message: str, codes: list[str]) -> HttpResponse:
    """Back to the settings; by way of the recovery codes, when there are new ones."""
    if codes:
        return render(request, "sign_in/recovery_codes.html", {"codes": codes, "message": message})
    messages.success(request, message)
    return redirect("sign_in_settings")


@open_to_readers
@needs_confirmation
@require_POST
def app_remove(request: HttpRequest) -> HttpResponse:
    """Turn the authenticator app off, after saying what that means."""
    login = login_with_settings(request)
    if not is_confirmed(request):
        return ask_first(
            request,
            "app_remove",
            _("認証アプリを解除します、よろしいですか"),
            _("ログインのときに、認証アプリのコードを使えなくなります。"),
            _("解除する"),
        )
    second_step.remove_app(login=login)
    messages.success(request, _("認証アプリを解除しました"))
    return redirect("sign_in_settings")


@open_to_readers
@needs_confirmation
@never_cache
@require_POST
def recovery_codes_renew(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    login = login_with_settings(request)
    if not second_step.has_second_step(login):
        return redirect("sign_in_settings")
    if not is_confirmed(request):
        return ask_first(
            request,
            "recovery_codes_renew",
            _("回復コードを作り直します、よろしいですか"),
            _("いままでの回復コードは使えなくなります。"),
            _("作り直す"),
        )
    codes = second_step.renew_recovery_codes(login=login)
    return done(request, _("回復コードを作り直しました"), codes)


@open_to_readers
@needs_confirmation
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Name a passkey and let the browser make it (passkeys.js)."""
    login = login_with_settings(request)
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_step.add_passkey(
                request=request,
                login=login,
                name=form.cleaned_data["name"],
                answer=form.cleaned_data["answer"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return done(request, _("パスキーを登録しました"), codes)
    context = {"form": form, "why_no_passkeys": passkeys.why_not(request)}
    return render(request, "sign_in/passkey.html", context)


@open_to_readers
@needs_confirmation
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser makes the passkey from."""
    login = login_with_settings(request)
    return JsonResponse(passkeys.ask_to_create(request, login))


@open_to_readers
@needs_confirmation
@require_POST
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own passkeys away; anybody else's is missing."""
    login = login_with_settings(request)
    if not is_confirmed(request):
        return ask_first(
            request,
            resolve_url("passkey_remove", pk),
            _("パスキーを削除します、よろしいですか"),
            _(
                "このパスキーではログインできなくなります。端末に残ったパスキーは、端末の側で削除してください。"
            ),
            _("削除する"),
        )
    if second_step.remove_passkey(login=login, pk=pk):
        messages.success(request, _("パスキーを削除しました"))
    return redirect("sign_in_settings")


def ask_first(request: HttpRequest, route: str, question: str, line: str, verb: str) -> HttpResponse:
    """The confirmation of a change that makes signing in weaker."""
    return ask(
        request,
        Confirmation(
            question=question,
            lines=[line],
            verb=verb,
            action=resolve_url(route),
            back=resolve_url("sign_in_settings"),
            danger=True,
        ),
    )
