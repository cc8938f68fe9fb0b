"""App configuration."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Customers, circles and login servers."""

    name = "naisen.portal.tenants"
