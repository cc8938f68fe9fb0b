"""Checks a login id and password within one kind of login (D-08)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from naisen.portal.sign_in.models import Login


class LoginBackend(BaseBackend):
    """Finds a login by kind and id; an unknown one costs as much time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        kind: str = "",
        login_id: str = "",
        password: str = "",
        **credentials: Any,
    ) -> Login | None:
        """The active login whose password this is, or None."""
        login = Login.objects.filter(kind=kind, login_id=login_id, is_active=True).first()
        if login is None:
            make_password(password)
            return None
        return login if login.check_password(password) else None

    def get_user(self, user_id: int) -> Login | None:
        """The login of a session, or None when it has been disabled since.

        Its tenant is not read here: no scope is in force yet, so the row would be invisible.
        """
        return Login.objects.filter(pk=user_id, is_active=True).first()
