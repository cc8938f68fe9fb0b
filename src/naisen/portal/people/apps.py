"""App configuration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People with an extension."""

    name = "naisen.portal.people"
