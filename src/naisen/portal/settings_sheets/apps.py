"""App configuration."""

from django.apps import AppConfig


class SettingsSheetsConfig(AppConfig):
    """Settings sheets of devices."""

    name = "naisen.portal.settings_sheets"
