"""App configuration."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """How the tenant's phones are, at one look."""

    name = "naisen.portal.dashboard"
