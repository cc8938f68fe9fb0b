"""App configuration."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Who is connected now, since when, and why not."""

    name = "naisen.portal.registrations"
