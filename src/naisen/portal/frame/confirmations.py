"""«…します、よろしいですか»: what will happen to whom, before it does (S1-10, D-06)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url


@dataclass(frozen=True)
class Effect:
    """One thing that will happen: to `text`, and in which way."""

    text: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What is asked. `verb` labels the button; `back` is where キャンセル leads without a script.

    With `target` (a CSS selector) the answer replaces that part of the page, else the whole page.
    `fields` are sent again with the confirmed form. With `is_download` the answer is a file, which leaves
    the page as it is: the dialog then closes by itself.
    """

    question: str
    verb: str
    action: str
    back: str
    effects: Sequence[Effect] = ()
    lines: Sequence[str] = ()
    target: str = ""
    danger: bool = False
    fields: Sequence[tuple[str, str]] = field(default=())
    is_download: bool = False


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this form comes from a confirmation."""
    return request.POST.get("confirmed") == "yes"


def ask(request: HttpRequest, confirmation: Confirmation) -> HttpResponse:
    """The confirmation: a dialog for a page with scripts, a page of its own otherwise."""
    if not is_partial(request):
        return render(request, "confirm.html", {"confirm": confirmation})
    response = render(request, "components/confirm_dialog.html", {"confirm": confirmation})
    response.headers["HX-Retarget"] = "#confirmation"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in the history wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def go(request: HttpRequest, route: str) -> HttpResponse:
    """Send the whole page to `route`, also when only a part of it was asked for."""
    return go_to(request, resolve_url(route))


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """The same for an address."""
    if is_partial(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
