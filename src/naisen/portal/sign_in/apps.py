"""App configuration."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Portal logins."""

    name = "naisen.portal.sign_in"
