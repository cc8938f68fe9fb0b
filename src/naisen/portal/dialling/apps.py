"""App configuration."""

from django.apps import AppConfig


class DiallingConfig(AppConfig):
    """What dialling does, in words."""

    name = "naisen.portal.dialling"
