"""App configuration."""

from django.apps import AppConfig


class EdgeSchemaConfig(AppConfig):
    """The database schema that the SIP edge sees."""

    name = "naisen.portal.edge_schema"
