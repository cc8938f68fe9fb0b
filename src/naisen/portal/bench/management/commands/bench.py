"""`naisen bench …` inside the portal: fills the database that it is given, and measures."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand

from naisen.figures import Figure, as_json, as_text
from naisen.portal.bench import files, pages, sheets

KINDS: Mapping[str, Callable[[], list[Figure]]] = {
    "portal": pages.measure,
    "csv": files.measure,
    "sheets": sheets.measure,
}


class Command(BaseCommand):
    """Measures one thing. Only for a throw-away database: it fills it with thousands of people."""

    help = "Measure the portal in a throw-away database (use ./naisen bench)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to measure."""
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, kind: str, json: bool, **options: Any) -> None:
        """Measure and print."""
        figures = KINDS[kind]()
        self.stdout.write(as_json(figures) if json else as_text(figures))
