"""この画面の操作方法 and 説明書PDF (S1-07).

Open to everybody: somebody who cannot sign in needs help, too, and no tenant's data stand in it.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.frame.confirmations import is_partial
from naisen.portal.help_pages.pdf import chapter_pdf, manual_pdf
from naisen.portal.help_pages.screen import html_of
from naisen.portal.help_pages.source import IMAGES, LANGUAGES, NoSuchChapter, all_pages, page_of

KEPT = "public, max-age=3600"


@login_not_required
@require_safe
def help_contents(request: HttpRequest) -> HttpResponse:
    """All chapters, and the manual."""
    context = {"content": "help_pages/contents.html", "title": _("操作方法"), "pages": all_pages(language())}
    return render(request, "help_pages/frame.html", context)


@login_not_required
@require_safe
def help_page(request: HttpRequest, name: str) -> HttpResponse:
    """One chapter: as a drawer for a page with scripts, on a page of its own otherwise."""
    try:
        page = page_of(name, language())
    except NoSuchChapter as error:
        raise Http404 from error
    context = {
        "content": "help_pages/page.html",
        "title": page.title,
        "page": page,
        "body": html_of(name, language()),
    }
    template = "drawer" if is_partial(request) else "frame"
    return render(request, f"help_pages/{template}.html", context)


@login_not_required
@require_safe
def help_pdf(request: HttpRequest, name: str) -> HttpResponse:
    """One chapter on paper."""
    try:
        title, content = page_of(name, language()).title, chapter_pdf(name, language())
    except NoSuchChapter as error:
        raise Http404 from error
    return as_pdf(content, _("説明書-%(title)s.pdf") % {"title": title})


@login_not_required
@require_safe
def help_manual(request: HttpRequest) -> HttpResponse:
    """The whole manual on paper."""
    return as_pdf(manual_pdf(language()), _("Naisen_ユーザマニュアル.pdf"))


@login_not_required
@require_safe
def help_image(request: HttpRequest, file: str) -> HttpResponse:
    """A picture of a screen."""
    try:
        content = (IMAGES / file).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": KEPT})


def language() -> str:
    """The request's language, where the help has it."""
    chosen = (get_language() or "ja").partition("-")[0]
    return chosen if chosen in LANGUAGES else "ja"


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser; the language is the person's, so no shared cache may keep it."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response
