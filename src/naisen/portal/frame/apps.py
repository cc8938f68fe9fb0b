"""App configuration."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """Layout, assets, security headers, error pages, health."""

    name = "naisen.portal.frame"
