"""`manage write_manual FOLDER`: the user manual as PDF, in both languages."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from naisen.portal.help_pages.pdf import manual_pdf
from naisen.portal.help_pages.source import LANGUAGES


class Command(BaseCommand):
    """Write the files that /help/manual.pdf answers with."""

    help = "Write the user manual into a folder, as manual.ja.pdf and manual.en.pdf."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Write both."""
        folder.mkdir(parents=True, exist_ok=True)
        for language in LANGUAGES:
            path = folder / f"manual.{language}.pdf"
            path.write_bytes(manual_pdf(language))
            self.stdout.write(str(path))
