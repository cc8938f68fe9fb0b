"""Choosing people in a form: 「田中【1000】」 as chips, usable with 10,000 people (S1-09, S1-84).

A page holds those who are chosen already (the first SHOWN) and whom the clerk finds by searching, never
everybody. The form says whom it showed as chosen, so that it changes those and the newly ticked ones only:
whoever stood outside the page, or was added by somebody else meanwhile, stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from naisen.portal.frame.choices import Noted, Several
from naisen.portal.people import queries
from naisen.portal.people.digits import half_width
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

# A tenant with no more people than this has them all in the page, as in the manual.
FEW = 50
# How many of those who are chosen already a page shows: so many that few people are all shown.
SHOWN = FEW
# How many a search finds at once.
FOUND = 20


@dataclass(frozen=True)
class Difference:
    """Ids of the people who are to be added, and of those to be taken away."""

    added: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()

    @property
    def ids(self) -> frozenset[int]:
        """Everybody whom it is about."""
        return self.added | self.removed


@dataclass(frozen=True)
class Chosen:
    """Who is chosen now, as stored, and the address at which chips.js searches for more."""

    people: QuerySet[Person]
    source: str


class People(Several):
    """Any number of the tenant's people. The template shows `shown`, `others` and `source` beside them."""

    source = ""
    shown: frozenset[int] = frozenset()
    others = 0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label_of=label_of, **kwargs)

    def offer(self, people: Iterable[Person]) -> None:
        """Put exactly these people in the page."""
        assert isinstance(self.widget, forms.CheckboxSelectMultiple)
        self.widget.choices = [(person.pk, label_of(person)) for person in people]


class ChoosesPeople(forms.Form):
    """A form with fields of People; `chosen` says by field name who is chosen now.

    With `searching` the sent form is not to be judged: it comes back with what was typed and with the hits
    of the search button that was pressed (the way without a script).
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        tenant: Tenant,
        chosen: Mapping[str, Chosen],
        searching: bool = False,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.sent = data.copy() if data is not None else None
        self.hits: dict[str, list[Person]] = {}
        present = {name: list(now.people[: SHOWN + 1]) for name, now in chosen.items()}
        initial = dict(initial or {}) | {name: pks(people[:SHOWN]) for name, people in present.items()}
        if self.sent is not None:
            for name, now in chosen.items():
                settle(self.sent, name, now.people, initial[name])
        if self.sent is not None and searching:
            for name, now in chosen.items():
                self.hits[name] = hits(self.sent, tenant, name, now.people)
            initial |= {name: value_of(self.sent, name, chosen) for name in self.sent}
        super().__init__(None if searching else self.sent, initial=initial)
        # Who has more than a page's share chosen has more people than that, without another question.
        everyone = None if any(len(people) > SHOWN for people in present.values()) else few_people(tenant)
        for name, now in chosen.items():
            self._offer(tenant, name, now, present[name], everyone)

    def _offer(
        self, tenant: Tenant, name: str, now: Chosen, present: list[Person], everyone: list[Person] | None
    ) -> None:
        """Put into the field whom it may show: `everyone`, or else those `present` and those found."""
        shown = set(pks(present[:SHOWN]))
        people = everyone or present[:SHOWN]
        if self.sent is not None:
            shown = ids_in(self.sent, shown_name(name))
            had = shown | ids_in(self.sent, name)
            found = [person for person in self.hits.get(name, ()) if person.pk not in had]
            people = everyone or [*everybody(tenant).filter(pk__in=had), *found]
        field = self.fields[name]
        assert isinstance(field, People)
        field.queryset, field.source, field.shown = everybody(tenant), now.source, frozenset(shown)
        field.offer(people)
        field.others = max(now.people.count() - len(shown), 0) if len(present) > SHOWN else 0

    def difference(self, name: str) -> Difference:
        """What the valid form changes in the field `name`."""
        ticked = frozenset(pks(self.cleaned_data[name]))
        shown = frozenset(ids_in(self.sent, shown_name(name)))
        return Difference(ticked - shown, shown - ticked)


def settle(sent: QueryDict, name: str, stored: QuerySet[Person], present: list[int]) -> None:
    """Bring a sent form up to what is stored: who has joined since is ticked, who has left is not."""
    ticked, shown = ids_in(sent, name), ids_in(sent, shown_name(name))
    still = set(stored.filter(pk__in=shown).values_list("pk", flat=True)) if shown else set()
    joined = set(present) - shown - ticked if len(shown) < SHOWN else set()
    # Numbers only: what else was sent under the name stays for the field to refuse.
    odd = [value for value in sent.getlist(name) if not value.isdigit()]
    sent.setlist(name, [*odd, *map(str, (ticked - (shown - still)) | joined)])
    sent.setlist(shown_name(name), [str(pk) for pk in still | joined])


def hits(sent: QueryDict, tenant: Tenant, name: str, stored: QuerySet[Person]) -> list[Person]:
    """Whom the search of a sent form finds; who is chosen already is ticked in it from now on."""
    words = sent.get(f"{name}_find", "").strip()
    found = candidates(tenant, words) if words else []
    new = set(pks(found)) - ids_in(sent, name) - ids_in(sent, shown_name(name))
    for pk in stored.filter(pk__in=new).values_list("pk", flat=True):
        sent.appendlist(name, str(pk))
        sent.appendlist(shown_name(name), str(pk))
    return found


def pks(people: Iterable[Person]) -> list[int]:
    """Their ids."""
    return [person.pk for person in people]


def value_of(sent: QueryDict, name: str, chosen: Mapping[str, Chosen]) -> Any:
    """What a sent form has under `name`, as a form's initial value."""
    return list(ids_in(sent, name)) if name in chosen else sent.get(name)


def shown_name(name: str) -> str:
    """Under which name the page sends the ids of those whom it showed as chosen."""
    return f"{name}_shown"


def ids_in(sent: QueryDict | None, name: str) -> set[int]:
    """The ids that a sent form has under `name`; what is no number is left out."""
    values = sent.getlist(name) if sent is not None else []
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19}


def label_of(person: Person) -> str:
    """「田中【1000】」, and whether the person is stopped."""
    return Noted(str(person), str(_("停止中")) if person.is_stopped else "")


def everybody(tenant: Tenant) -> QuerySet[Person]:
    """All people of the tenant, stopped ones too, by extension."""
    return Person.objects.filter(tenant=tenant).select_related("number").order_by("number__digits")


def few_people(tenant: Tenant) -> list[Person] | None:
    """Everybody, where they are few enough for a page; None otherwise, without sorting them all."""
    many = Person.objects.filter(tenant=tenant).values_list("pk", flat=True)[FEW : FEW + 1].exists()
    return None if many else list(everybody(tenant))


def candidates(tenant: Tenant, words: str) -> list[Person]:
    """The first few whose name, kana or extension has all of `words`."""
    first = queries.findable(tenant, half_width(words)).order_by("extension").values("pk")[:FOUND]
    return list(everybody(tenant).filter(pk__in=first))
