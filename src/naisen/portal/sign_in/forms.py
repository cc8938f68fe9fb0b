"""The sign-in form."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from naisen.portal.sign_in.models import Login


class SignInForm(forms.Form):
    """ログインID and パスワード of a tenant's administrator (S1-14, D-08).

    One answer for every wrong pair: it tells nobody whether a login exists.
    """

    login_id = forms.CharField(
        label=_("ログインID"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "class": "control",
                "autocomplete": "username",
                "autocapitalize": "none",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("パスワード"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "control", "autocomplete": "current-password"}),
    )
    login: Login | None = None

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Look the login up once both fields are there."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.login = self.look_up(cleaned["login_id"], cleaned["password"])
        return cleaned

    def look_up(self, login_id: str, password: str) -> Login:
        """The login, or a ValidationError."""
        user = authenticate(self.request, kind=Login.Kind.TENANT, login_id=login_id, password=password)
        if not isinstance(user, Login):
            raise forms.ValidationError(_("ログインIDまたはパスワードが違います。"))
        return user
