"""App configuration."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """The operator's screens; what they change lies in the apps of lines and tenants."""

    name = "naisen.portal.operators"
