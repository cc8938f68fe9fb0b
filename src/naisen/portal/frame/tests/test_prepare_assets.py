"""`naisen manage prepare_assets`."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from naisen.portal.frame.management.commands import prepare_assets


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.TRANSLATION_TARGET = tmp_path / "locale"
    return tmp_path


def test_it_collects_hashed_files_and_compiles_english_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("prepare_assets")
    names = json.loads((folder / "static/staticfiles.json").read_text())["paths"]
    assert (folder / "static" / names["css/base.css"]).is_file()
    assert (folder / "static" / (names["css/base.css"] + ".gz")).is_file()
    assert (folder / "locale/en/LC_MESSAGES/django.mo").is_file()
    assert "assets prepared" in capsys.readouterr().out
    call_command("prepare_assets")
    assert capsys.readouterr().out == ""
    call_command("prepare_assets", force=True)
    assert "assets prepared" in capsys.readouterr().out


def test_a_broken_translation_is_said_in_words(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.po"
    broken.write_text('msgid "a"\nmsgstr "b')
    with pytest.raises(CommandError, match=r"broken\.po"):
        prepare_assets.run_msgfmt(broken, tmp_path / "broken.mo")
