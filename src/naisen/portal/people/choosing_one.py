"""Choosing one person in a form: a select while they are few, a field that searches when they are many.

With 10,000 people a select would make a page of a megabyte, however few devices it lists. The field for many
takes 「田中【1000】」, as its suggestions say it, an extension alone, or words that only one person has; so it
works without a script, too.
"""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naisen.portal.people import queries
from naisen.portal.people.choosing import few_people
from naisen.portal.people.digits import half_width
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

LONGEST = 200
EXTENSION = re.compile(r"(?:.*【)?([0-9]{1,7})】?\Z", re.DOTALL)


class SearchedPerson(forms.TextInput):
    """A text field whose suggestions come from the server while somebody types."""

    template_name = "people/one_person.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With the address of the suggestions, and an id for their list."""
        context = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        given |= {"list": f"{given.get('id', name)}_found", "autocomplete": "off", "maxlength": str(LONGEST)}
        return {**context, "source": reverse("person_suggestions")}


class OnePerson(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One of the tenant's people who are not stopped, or nobody.

    With `is_lenient` a name, which somebody may still be typing, is nobody yet and no mistake.
    """

    default_error_messages = {
        "nobody": _("一致するユーザがいません。名前の一部か内線番号を入力して、候補から選んでください。"),
        "several": _("一致するユーザが2人以上います。候補から選ぶか、内線番号を入力してください。"),
    }
    is_searched = False

    def __init__(self, *, is_lenient: bool = False, **kwargs: Any) -> None:
        self.is_lenient = is_lenient
        kwargs.setdefault("required", False)
        super().__init__(queryset=Person.objects.none(), **kwargs)

    def offer(self, tenant: Tenant) -> None:
        """Offer the tenant's people: all of them while they are few, else whom a search finds."""
        self.tenant = tenant
        self.queryset = queries.in_order(queries.people(tenant), "extension")
        few = few_people(tenant)
        self.is_searched = few is None
        if few is None:
            attributes = {**self.widget.attrs, "placeholder": self.empty_label or ""}
            self.widget = SearchedPerson(attributes)
        else:
            people = [(p.pk, self.label_from_instance(p)) for p in few if not p.is_stopped]
            self.choices = [("", self.empty_label or ""), *people]

    def prepare_value(self, value: Any) -> Any:
        """What the field shows: a person by name and extension where it is searched."""
        if self.is_searched:
            return str(value) if value is not None else ""
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Person | None:
        """The person meant, or None for an empty field."""
        if not self.is_searched:
            chosen: Person | None = super().to_python(value)
            return chosen
        words = half_width(str(value or "")).strip()[:LONGEST]
        if not words or (self.is_lenient and not EXTENSION.match(words)):
            return None
        assert self.queryset is not None
        found = list(meant(self.tenant, self.queryset, words)[:2])
        if len(found) != 1:
            code = "several" if found else "nobody"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return found[0]


def meant(tenant: Tenant, people: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Those whom `words` may mean: the one with the extension that stands in it, or all who match."""
    if extension := EXTENSION.match(words):
        return people.filter(number__digits=extension[1])
    return queries.search(people, tenant=tenant, words=words)
