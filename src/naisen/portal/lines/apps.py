"""App configuration."""

from django.apps import AppConfig


class LinesConfig(AppConfig):
    """Outside lines and the trunks that carry them."""

    name = "naisen.portal.lines"
