"""The measurements as a Django app, for their management command."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """No tables: it fills those of the others, in a throw-away database."""

    name = "naisen.portal.bench"
    label = "bench"
