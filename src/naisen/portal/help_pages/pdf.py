"""説明書PDF of one screen, and the user manual."""

import json
from collections.abc import Sequence
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import override

from naisen.portal.help_pages.paper import chapter_tree
from naisen.portal.help_pages.source import IMAGES, ROOT, Page, all_pages, page_of
from naisen.portal.printing.apart import run_apart
from naisen.version import VERSION

MODULE = "naisen.portal.help_pages.printed"


@cache
def chapter_pdf(name: str, language: str) -> bytes:
    """One chapter; made once a process, for its sources do not change. Raises source.NoSuchChapter."""
    return _pdf([page_of(name, language)], language, whole=False)


@cache
def manual_pdf(language: str) -> bytes:
    """All chapters, with a title page and a table of contents."""
    return _pdf(all_pages(language), language, whole=True)


def _pdf(pages: Sequence[Page], language: str, *, whole: bool) -> bytes:
    with override(language):
        title = _("ユーザマニュアル") if whole else pages[0].title
        words = {
            "lang": language,
            "product": "Naisen",
            "title": title,
            "for_whom": _("管理画面をお使いになる方へ"),
            "version": _("バージョン %(version)s") % {"version": VERSION},
            "contents": _("目次"),
        }
    data = {
        "root": str(ROOT),
        "images": f"/{IMAGES.relative_to(ROOT)}",
        "words": words,
        "whole": whole,
        "chapters": [chapter_tree(page) for page in pages],
    }
    return run_apart(MODULE, json.dumps(data).encode())
