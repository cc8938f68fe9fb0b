"""The extension beside the person: the database keeps it the same as the number's digits (S1-20, S1-71)."""

import pytest
from django.db import transaction

from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.people.queries import in_order, people
from naisen.portal.tenants.models import Tenant

pytestmark = pytest.mark.django_db


def of(person: Person) -> str:
    """What the database has now."""
    return Person.objects.values_list("extension", flat=True).get(pk=person.pk)


def test_a_new_person_has_the_digits_of_its_number(tanaka: Person) -> None:
    assert of(tanaka) == "1000"


def test_a_changed_number_changes_it(tanaka: Person) -> None:
    Number.objects.filter(pk=tanaka.number_id).update(digits="4999")
    assert of(tanaka) == "4999"


def test_saving_an_older_object_does_not_bring_the_old_one_back(tanaka: Person) -> None:
    Number.objects.filter(pk=tanaka.number_id).update(digits="4999")
    tanaka.save()
    assert of(tanaka) == "4999"


def test_two_people_who_swap_stand_in_the_new_order(office: Tenant) -> None:
    first, second = in_order(people(office), "extension")[:2]
    with transaction.atomic():
        for person, digits in ((first, second.number.digits), (second, first.number.digits)):
            Number.objects.filter(pk=person.number_id).update(digits=digits)
    assert [person.pk for person in in_order(people(office), "extension")[:2]] == [second.pk, first.pk]
