"""Every screen is explained, in both languages, with a picture (S1-07)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from naisen.portal.frame.context import MENU
from naisen.portal.help_pages.chapters import BY_NAME, BY_ROUTE, CHAPTERS
from naisen.portal.help_pages.paper import NotForPaper, chapter_tree
from naisen.portal.help_pages.screen import html_of
from naisen.portal.help_pages.source import (
    IMAGES,
    LANGUAGES,
    MARKDOWN,
    SOURCES,
    Page,
    chapter_linked,
    page_of,
    path_of,
)

# Addresses that answer with a file, a part of a page, or no page at all; whoever adds one says which.
NO_SCREENS = {
    "healthz",
    "set_language",
    "sign_out",
    "settings_sheet",
    "settings_sheets_download",
    "registration_cells",
    "registration_stream",
    "department_candidates",
    "department_member_candidates",
    "line_candidates",
    "person_suggestions",
    "person_devices",
    "spare_devices",
    "person_import_template",
    "bulk_edit_template",
    "import_progress",
    "import_rejected",
    "history_csv",
    "feature_codes_pdf",
    "calls_csv",
    "passkey_sign_in",
    "passkey_question",
    "passkey_options",
    # The help itself.
    "help_contents",
    "help_page",
    "help_pdf",
    "help_image",
    "help_manual",
}
SOURCE = [(chapter.name, language) for chapter in CHAPTERS for language in LANGUAGES]
sources = pytest.mark.parametrize(("name", "language"), SOURCE)
PICTURE_AT_MOST = 80 * 1024  # bytes


def route_names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from route_names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name


def test_every_address_is_a_screen_with_help_or_no_screen() -> None:
    """S1-07: a new address must be named here or in CHAPTERS."""
    names = set(route_names(get_resolver()))
    assert names - set(BY_ROUTE) - NO_SCREENS == set()
    assert (set(BY_ROUTE) | NO_SCREENS) - names == set()
    assert set(BY_ROUTE) & NO_SCREENS == set()


@sources
def test_a_chapter_has_a_title_a_picture_and_a_sentence_before_its_sections(name: str, language: str) -> None:
    """S1-07."""
    text = path_of(name, language).read_text(encoding="utf-8")
    suffix = ".en" if language == "en" else ""
    assert re.match(rf"# [^\n]+\n\n!\[[^\]]+\]\(images/{name}{suffix}\.webp\)\n\n\w", text)
    picture = IMAGES / f"{name}{suffix}.webp"
    assert picture.read_bytes()[8:12] == b"WEBP"
    assert picture.stat().st_size <= PICTURE_AT_MOST


@sources
def test_a_chapter_can_be_shown_and_printed(name: str, language: str) -> None:
    page = page_of(name, language)
    assert "<h2>" in html_of(name, language)
    assert chapter_tree(page)["body"]


@pytest.mark.parametrize("name", [chapter.name for chapter in CHAPTERS])
def test_both_languages_have_the_same_sections(name: str) -> None:
    shapes = [
        [token.type for token in page_of(name, language).body if token.level == 0] for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]


def test_the_titles_are_the_menus() -> None:
    entries = {entry.route: str(entry.label) for group in MENU for entry in group.entries}
    assert {route: page_of(BY_ROUTE[route].name, "ja").title for route in entries} == entries


def test_the_chapters_stand_in_the_menus_order() -> None:
    in_menu = [BY_ROUTE[entry.route].name for group in MENU for entry in group.entries]
    assert [chapter.name for chapter in CHAPTERS if chapter.name in in_menu] == in_menu


def test_no_source_without_a_chapter_and_no_picture_without_a_source() -> None:
    files = {path.name for path in SOURCES.glob("*.md")} - {"README.md"}
    assert files == {path_of(*source).name for source in SOURCE}
    pictures = {path.name for path in IMAGES.iterdir()}
    assert pictures == {path.name.replace(".md", ".webp") for path in (path_of(*one) for one in SOURCE)}


@sources
def test_links_stay_in_the_language(name: str, language: str) -> None:
    text = path_of(name, language).read_text(encoding="utf-8")
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", text):
        assert chapter_linked(target)
        assert target.endswith(".en.md") == (language == "en")


def page(text: str) -> Page:
    tokens: Any = MARKDOWN.parse(text)
    return Page("people", "", tokens)


def test_html_in_a_source_is_text() -> None:
    assert "<script>" not in MARKDOWN.render("<script>alert(1)</script>\n\na <b>b</b>")


def test_typst_code_in_a_source_is_text() -> None:
    """The PDF's words are values: nothing in them is run."""
    (paragraph,) = chapter_tree(page("#panic() $x$ `#raw`"))["body"]
    assert paragraph["children"] == [
        {"kind": "text", "text": "#panic() $x$ "},
        {"kind": "code", "text": "#raw"},
    ]


def test_what_the_pdf_cannot_show_is_refused() -> None:
    with pytest.raises(NotForPaper, match="hr"):
        chapter_tree(page("a\n\n***\n"))


def test_chapters_are_named_once() -> None:
    assert len(BY_NAME) == len(CHAPTERS)
    assert len(BY_ROUTE) == sum(len(chapter.routes) for chapter in CHAPTERS)
