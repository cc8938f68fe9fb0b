"""Choices whose label has a second, quieter part, for the multi-selects (S1-09)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model


class Noted(str):
    """A label with a `note` beside it."""

    note: str

    def __new__(cls, text: str, note: str = "") -> "Noted":
        """`text` is the label itself."""
        made = super().__new__(cls, text)
        made.note = note
        return made


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Any number of rows of one tenant; `label_of` says what each is called."""

    def __init__(self, *, label_of: Callable[[Any], str] = str, **kwargs: Any) -> None:
        self.label_of = label_of
        kwargs.setdefault("queryset", None)
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple(attrs={"class": "check"}))
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Model) -> str:
        """What the choice is called."""
        return self.label_of(obj)


class SeveralSearched(Several):
    """Several, of so many that the page holds only some; chips.js asks for the others at the address `source`."""

    source = ""
