"""The Markdown sources of the help: docs/screens/NAME.md in Japanese, NAME.en.md in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

import naisen
from naisen.portal.help_pages.chapters import BY_NAME, CHAPTERS

ROOT = Path(naisen.__file__).parents[2]
SOURCES = ROOT / "docs" / "screens"
IMAGES = SOURCES / "images"
LANGUAGES = ("ja", "en")
# CommonMark and tables; HTML in a source stands there as text.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


class NoSuchChapter(LookupError):
    """There is no chapter of this name."""


@dataclass(frozen=True)
class Page:
    """One chapter in one language: its first heading, and what follows as Markdown tokens."""

    name: str
    title: str
    body: Sequence[Token]


@cache
def page_of(name: str, language: str) -> Page:
    """The chapter `name`; a language that the help does not have gives the Japanese one.

    Raises NoSuchChapter.
    """
    if name not in BY_NAME:
        raise NoSuchChapter(name)
    tokens = MARKDOWN.parse(path_of(name, language).read_text(encoding="utf-8"))
    return Page(name, tokens[1].content, tokens[3:])


def path_of(name: str, language: str) -> Path:
    """The source of a chapter."""
    return SOURCES / (f"{name}.en.md" if language == "en" else f"{name}.md")


def all_pages(language: str) -> list[Page]:
    """Every chapter, in the manual's order."""
    return [page_of(chapter.name, language) for chapter in CHAPTERS]


def chapter_linked(target: str) -> str:
    """The chapter that a link between sources leads to: `people.en.md` is `people`; empty for other links."""
    name = target.partition("#")[0].removesuffix(".md").removesuffix(".en")
    return name if target.partition("#")[0].endswith(".md") and name in BY_NAME else ""
