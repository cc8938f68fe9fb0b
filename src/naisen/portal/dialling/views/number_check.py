"""「番号チェック」: what would ring nobody, and where it is mended."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from naisen.portal.dialling.checks import ROWS, Trouble, check
from naisen.portal.dialling.words import TROUBLES
from naisen.portal.frame.confirmations import is_partial
from naisen.portal.sign_in.access import tenant_to_read

ROUTES = {"person": "person_edit", "department": "department_edit", "line": "line_settings"}


@dataclass(frozen=True)
class Row:
    """A trouble in words, with the address of the screen that mends it."""

    title: str | Promise
    whose: str
    effect: str
    mend: str | Promise
    address: str


@require_safe
def number_check(request: HttpRequest) -> HttpResponse:
    """The list; `kind` shows the troubles of one kind."""
    tenant, kind = tenant_to_read(request), request.GET.get("kind", "")
    kind = kind if kind in TROUBLES else ""
    wanted = page_number(request.GET.get("page", ""))
    found = check(tenant, TROUBLES, only=kind, offset=(wanted - 1) * ROWS)
    total = sum(found.counts.values())
    pages = Paginator(range(found.counts.get(kind, 0) if kind else total), ROWS)
    place = pages.get_page(wanted)
    rows: Any = [row_of(trouble) for trouble in found.rows]
    context = {
        "page": Page(rows, place.number, pages),
        "page_numbers": list(pages.get_elided_page_range(place.number, on_each_side=2, on_ends=1)),
        "query": f"kind={kind}&" if kind else "",
        "kind": kind,
        "total": total,
        "kinds": [
            (key, words.title, found.counts[key]) for key, words in TROUBLES.items() if key in found.counts
        ],
    }
    template = "dialling/number_check_results.html" if is_partial(request) else "dialling/number_check.html"
    return render(request, template, context)


def row_of(trouble: Trouble) -> Row:
    """The trouble in words."""
    words = TROUBLES[trouble.trouble]
    return Row(
        title=words.title,
        whose=f"{trouble.name}【{trouble.digits}】",
        effect=str(words.effect) % {"detail": trouble.detail, "digits": trouble.digits},
        mend=words.mend,
        address=resolve_url(ROUTES[trouble.thing], trouble.id),
    )


def page_number(text: str) -> int:
    """The page asked for; the first where it is none."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text) else 1
