"""言語を選択 (S2-23)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_in_cookie

from naisen.portal.sign_in.access import open_to_readers
from naisen.portal.sign_in.actions import choose_language
from naisen.portal.sign_in.models import Login


@open_to_readers
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in the browser, and with the login where there is one."""
    if isinstance(request.user, Login):
        choose_language(login=request.user, language=request.POST.get("language", ""))
    return remember_in_cookie(request)
