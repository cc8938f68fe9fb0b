"""App configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo company."""

    name = "naisen.portal.demo"
