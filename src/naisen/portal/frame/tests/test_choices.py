"""A select of many choices is what Django's own would be."""

from collections.abc import Sequence

import pytest
from django import forms
from django.test import SimpleTestCase

from naisen.portal.frame.choices import QuickSelect

CHOICES: Sequence[tuple[int | str | None, str]] = [("", "選択してください"), (1, "営業部"), (12, "<b>&\"'")]


@pytest.mark.parametrize("value", [None, "", 1, "12", "999"])
def test_a_quick_select_is_the_same_as_djangos(value: object) -> None:
    attributes = {"class": "control"}
    ours = QuickSelect(attrs=attributes, choices=CHOICES).render("department", value, {"id": "id_d"})
    theirs = forms.Select(attrs=attributes, choices=CHOICES).render("department", value, {"id": "id_d"})
    SimpleTestCase().assertHTMLEqual(ours, theirs)
