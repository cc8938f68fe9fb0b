"""App configuration."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    """One table of dialable numbers per tenant."""

    name = "naisen.portal.numbering"
