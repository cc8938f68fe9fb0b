"""App configuration."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Devices, their logins and their secrets."""

    name = "naisen.portal.devices"
