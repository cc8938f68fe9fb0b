"""What the forms of a trunk, a line and a rate have in common: the page, and what becomes of a sent form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from naisen.portal.refusals import Refusal, StaleVersion

Form = TypeVar("Form", bound=forms.Form)


@dataclass(frozen=True, kw_only=True)
class Screen:
    """The words and addresses of operators/edit.html.

    `above`: (address, name) of the pages above. Of what is stored already: `state` names the column beside the form,
    `deleting` says what that does, `verb` stands on its button, `delete` is its address. `asks_first`: a change may
    be asked about in a dialog.
    """

    heading: str
    above: Sequence[tuple[str, str]]
    state: str = ""
    deleting: str = ""
    verb: str = ""
    delete: str = ""
    asks_first: bool = False


def registered(request: HttpRequest, form: Form, register: Callable[[], object]) -> bool:
    """Register what a new form says; False where the form is shown again with what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        register()
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    messages.success(request, _("登録に成功しました"))
    return True


def edited(
    request: HttpRequest, form: Form, edit: Callable[[], object], renew: Callable[[], Form]
) -> Form | None:
    """Store what a valid form says: None; else the form to show, a stale one (`renew`) under the present version."""
    try:
        edit()
    except StaleVersion as refusal:
        form = renew()
        form.add_error(None, refusal.message)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
    else:
        messages.success(request, _("編集に成功しました"))
        return None
    return form
