"""What the documentation promises to be complete about is complete, and its links lead somewhere."""

import argparse
import re
from pathlib import Path

import pytest
from django.apps import apps

from naisen.cli.main import parser
from naisen.version import VERSION

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
VARIABLE = re.compile(r"\b(?:NAISEN_[A-Z_]*[A-Z]|DATABASE_URL)\b")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def our_models() -> list[str]:
    return sorted(
        model.__name__ for model in apps.get_models() if model.__module__.startswith("naisen.portal.")
    )


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


def section(command: str) -> str:
    match = re.search(rf"^## `\./naisen {command}`\n(.*?)(?=^## |\Z)", page("commands.md"), re.M | re.S)
    assert match is not None, f"docs/commands.md has no section for {command}"
    return match[1]


@pytest.mark.parametrize("model", our_models())
def test_every_model_stands_in_the_glossary(model: str) -> None:
    assert f"`{model}`" in page("glossary.md")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_explained_with_its_options(command: str) -> None:
    text = section(command)
    options = {
        name
        for action in commands()[command]._actions
        for name in action.option_strings
        if name not in ("-h", "--help")
    }
    assert [name for name in sorted(options) if not re.search(rf"`{re.escape(name)}\b", text)] == []


def test_no_command_is_explained_that_does_not_exist() -> None:
    assert set(re.findall(r"^## `\./naisen ([\w-]+)`", page("commands.md"), re.M)) == set(commands())


def test_every_management_command_is_explained() -> None:
    files = (ROOT / "src").rglob("management/commands/[!_]*.py")
    assert [file.stem for file in files if f"`{file.stem}`" not in section("manage")] == []


def test_every_variable_is_explained_and_no_other() -> None:
    sources = [ROOT / "naisen", *(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.template")]
    used = {
        name
        for source in sources
        if "tests" not in source.parts and "testing" not in source.parts
        for name in VARIABLE.findall(source.read_text(encoding="utf-8"))
    }
    files_of_secrets = {f"{name}_FILE" for name in used}
    explained = set(VARIABLE.findall(page("settings.md")))
    assert used - explained == set()
    assert explained - used - files_of_secrets == set()


def test_the_version_is_the_changelogs() -> None:
    first = re.search(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert first is not None
    assert first[1] == VERSION


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", page("decisions/README.md")))
    assert listed == {path.name for path in (DOCS / "decisions").glob("[0-9]*.md")}


def test_the_drawing_has_a_title_and_a_description() -> None:
    drawing = page("images/architecture.svg")
    assert "<title" in drawing
    assert "<desc" in drawing
