"""A chapter as HTML, for the drawer and the page."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cache

from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it.token import Token

from naisen.portal.help_pages.source import MARKDOWN, chapter_linked, page_of


@cache
def html_of(name: str, language: str) -> SafeString:
    """The chapter below its title. Safe: HTML in a source is escaped, and sources are ours."""
    tokens = [_adapted(token) for token in page_of(name, language).body]
    html: str = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return SafeString(html)


def _adapted(token: Token) -> Token:
    """Links and pictures lead to the portal's addresses; headings stand one level below the page's."""
    token = deepcopy(token)
    if token.type == "image":
        file = str(token.attrs["src"]).rpartition("/")[2]
        token.attrs |= {"src": reverse("help_image", args=[file]), "loading": "lazy"}
    if token.type == "link_open" and (chapter := chapter_linked(str(token.attrs["href"]))):
        token.attrs["href"] = reverse("help_page", args=[chapter])
    if token.children:
        token.children = [_adapted(child) for child in token.children]
    return token


def titles(names: Sequence[str], language: str) -> list[tuple[str, str]]:
    """Name and title of these chapters."""
    return [(name, page_of(name, language).title) for name in names]
