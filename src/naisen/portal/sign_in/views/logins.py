"""管理者: who may sign in to the tenant's portal."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.frame.paging import page_context
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, tenant_to_change, tenant_to_read
from naisen.portal.sign_in.forms import LoginForm
from naisen.portal.sign_in.logins import (
    add_login,
    disable_login,
    edit_login,
    enable_login,
    login_or_404,
    logins,
    reset_login_password,
)
from naisen.portal.sign_in.models import Login


@require_safe
def administrators(request: HttpRequest) -> HttpResponse:
    """The list; a reader sees it without its buttons."""
    return render(request, "sign_in/logins.html", page_context(request, logins(tenant_to_read(request))))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def administrator_add(request: HttpRequest) -> HttpResponse:
    """The empty form; after storing, the one-time password, shown once."""
    tenant = tenant_to_change(request)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            login, password = add_login(by=login_of(request), tenant=tenant, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return handed_over(request, login, password, _("登録に成功しました"))
    return render(request, "sign_in/login_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def administrator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address and role; beside it what else can be done to the login."""
    tenant = tenant_to_change(request)
    login = login_or_404(tenant, pk)
    form = LoginForm(request.POST or None, login=login)
    if request.method == "POST" and form.is_valid():
        try:
            edit_login(by=login_of(request), tenant=tenant, pk=pk, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("編集に成功しました"))
            return redirect("administrators")
    context = {"form": form, "login": login, "is_self": login.pk == login_of(request).pk}
    return render(request, "sign_in/login_edit.html", context)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One of the buttons beside the form; `route` is its own address."""

    route: str
    act: Callable[..., object]
    question: str | Promise
    verb: str | Promise
    line: str | Promise
    done: str | Promise


DISABLE = Change(
    route="administrator_disable",
    act=disable_login,
    question=gettext_lazy("%(name)sさんを無効にします、よろしいですか"),
    verb=gettext_lazy("無効にする"),
    line=gettext_lazy("すぐにログアウトし、ログインできなくなります。あとで有効に戻せます。"),
    done=gettext_lazy("%(name)sさんを無効にしました"),
)
RESET = Change(
    route="administrator_reset",
    act=reset_login_password,
    question=gettext_lazy("%(name)sさんのパスワードをリセットします、よろしいですか"),
    verb=gettext_lazy("リセットする"),
    line=gettext_lazy(
        "いまのパスワードと2段階認証は使えなくなり、すぐにログアウトします。新しい仮パスワードは一度だけ表示されます。"
    ),
    done=gettext_lazy("パスワードをリセットしました。"),
)


@require_POST
def administrator_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """No sign-in from now on."""
    return carried_out(request, pk, DISABLE)


@never_cache
@require_POST
def administrator_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time password, shown once."""
    return carried_out(request, pk, RESET)


@require_POST
def administrator_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Back in."""
    tenant = tenant_to_change(request)
    login = enable_login(by=login_of(request), tenant=tenant, pk=pk)
    messages.success(request, _("%(name)sさんを有効にしました") % {"name": login.name})
    return redirect("administrators")


def carried_out(request: HttpRequest, pk: int, change: Change) -> HttpResponse:
    """Ask once, then do it."""
    tenant = tenant_to_change(request)
    login = login_or_404(tenant, pk)
    if not is_confirmed(request):
        return ask(request, confirmation(login, change))
    try:
        made = change.act(by=login_of(request), tenant=tenant, pk=pk)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return go(request, "administrators")
    message = str(change.done) % {"name": login.name}
    if isinstance(made, tuple):
        _login, password = made
        return handed_over(request, login, password, message)
    messages.success(request, message)
    return go(request, "administrators")


def confirmation(login: Login, change: Change) -> Confirmation:
    """Names the login, and says what will happen."""
    return Confirmation(
        question=str(change.question) % {"name": login.name},
        effects=[Effect(login.name, login.login_id)],
        lines=[str(change.line)],
        verb=str(change.verb),
        action=resolve_url(change.route, login.pk),
        back=resolve_url("administrators"),
        danger=True,
    )


def handed_over(request: HttpRequest, login: Login, password: str, message: str) -> HttpResponse:
    """The only page that ever shows the one-time password."""
    context = {"login": login, "password": password, "message": message}
    return render(request, "sign_in/one_time_password.html", context)
