"""Choices whose label has a second, quieter part, for the multi-selects (S1-09)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Noted(str):
    """A label with a `note` beside it."""

    note: str

    def __new__(cls, text: str, note: str = "") -> "Noted":
        """`text` is the label itself."""
        made = super().__new__(cls, text)
        made.note = note
        return made


class QuickSelect(forms.Select):
    """A select of flat choices that may be hundreds: Django's own renders a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The whole control."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                ("" if key is None else key, " selected" if str(key or "") == chosen else "", label)
                for key, label in self.choices
            ),
        )
        every = {**self.build_attrs(self.attrs, attrs), "name": name}
        return format_html("<select{}>{}</select>", flatatt(every), options)


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
