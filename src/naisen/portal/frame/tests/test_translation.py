"""English is complete: every message of the source has its English, and none is left from before."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PO = Path("locale/en/LC_MESSAGES/django.po")


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translation as `makemessages` makes it from a copy of the sources."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(
        settings.HERE, folder / "portal", ignore=shutil.ignore_patterns("static", "tests", "*.mo")
    )
    command = [sys.executable, "-m", "naisen.portal.manage", "makemessages", "-l", "en", "--no-location"]
    subprocess.run(command, cwd=folder / "portal", check=True, capture_output=True, env={**os.environ})
    return folder / "portal" / PO


@pytest.mark.parametrize("choice", ["--untranslated", "--only-fuzzy", "--only-obsolete"])
def test_no_message_is(refreshed: Path, choice: str) -> None:
    found = subprocess.run(["msgattrib", choice, refreshed], capture_output=True, text=True, check=True)
    assert found.stdout == ""
