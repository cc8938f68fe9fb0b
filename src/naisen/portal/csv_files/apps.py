"""App configuration."""

from django.apps import AppConfig


class CsvFilesConfig(AppConfig):
    """Files that register or change many people at once (S1-50 … S1-76)."""

    name = "naisen.portal.csv_files"
