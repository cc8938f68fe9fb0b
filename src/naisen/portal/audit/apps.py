"""App configuration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who changed what, when, before and after."""

    name = "naisen.portal.audit"
