"""App configuration."""

from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    """Groups of people that ring together."""

    name = "naisen.portal.departments"
