"""App configuration."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """One record per call."""

    name = "naisen.portal.calls"
