"""「番号チェック」: what would ring nobody, and where it is mended."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from naisen.portal.dialling.checks import ROWS, Check, Trouble
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
    check = Check(tenant_to_read(request))
    counts = check.counts()
    kind = request.GET.get("kind", "")
    kind = kind if kind in TROUBLES else ""
    pages = Paginator(range(counts.get(kind, 0) if kind else sum(counts.values())), ROWS)
    place = pages.get_page(request.GET.get("page"))
    found = check.page(TROUBLES, only=kind, offset=max(place.start_index() - 1, 0))
    rows: Any = [row_of(trouble) for trouble in found]
    context = {
        "page": Page(rows, place.number, pages),
        "page_numbers": list(pages.get_elided_page_range(place.number, on_each_side=2, on_ends=1)),
        "query": f"kind={kind}&" if kind else "",
        "kind": kind,
        "total": sum(counts.values()),
        "kinds": [(key, words.title, counts[key]) for key, words in TROUBLES.items() if counts.get(key)],
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
