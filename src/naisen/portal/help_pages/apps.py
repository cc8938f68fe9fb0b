"""App configuration."""

from django.apps import AppConfig


class HelpPagesConfig(AppConfig):
    """The help of every screen, and the user manual."""

    name = "naisen.portal.help_pages"
