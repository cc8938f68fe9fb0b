"""`naisen manage prepare_assets`: what the portal needs on disk before it starts."""

import hashlib
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from naisen.version import VERSION

STAMP = "prepared"


class Command(BaseCommand):
    """Compiles the translations and collects the static files, when their sources have changed."""

    help = "Compile translations and collect static files into the data folder, if they are stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--force` does the work even if nothing has changed."""
        parser.add_argument("--force", action="store_true")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        """Do both steps, or nothing when the stamp file says that they are done."""
        stamp = Path(settings.STATIC_ROOT) / STAMP
        now = fingerprint()
        if not force and stamp.is_file() and stamp.read_text(encoding="ascii") == now:
            return
        compile_translations()
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now, encoding="ascii")
        self.stdout.write("assets prepared")


def sources() -> list[Path]:
    """The files that the assets are made of."""
    folders = [*settings.STATICFILES_DIRS, settings.TRANSLATION_SOURCE]
    return sorted(path for folder in folders for path in Path(folder).rglob("*") if path.suffix != ".mo")


def fingerprint() -> str:
    """A text that changes with the version and with any source's name, size or time (ns)."""
    parts = [VERSION]
    for path in sources():
        stat = path.stat()
        parts.append(f"{path.name}:{stat.st_size}:{stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def compile_translations() -> None:
    """Each .po of the source tree becomes a .mo in the data folder, which may be the only writable place."""
    for po in Path(settings.TRANSLATION_SOURCE).rglob("*.po"):
        target = Path(settings.TRANSLATION_TARGET) / po.relative_to(settings.TRANSLATION_SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        run_msgfmt(po, target.with_suffix(".mo"))


def run_msgfmt(po: Path, mo: Path) -> None:
    """Run gettext's msgfmt; raises CommandError with its words when it fails or is missing."""
    try:
        done = subprocess.run(
            ["msgfmt", "--check-format", "-o", str(mo), str(po)], capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise CommandError("msgfmt is missing: install the package gettext.") from error
    if done.returncode:
        raise CommandError(f"{po}: {done.stderr.strip()}")
