"""A second line beside the demo's one, a browser, and many people."""

from collections.abc import Callable

import pytest
from django.test import Client

from naisen.portal.lines.models import Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def main(office: Tenant) -> Line:
    """The common line: 株式会社テスト【0500000000】, of everybody; 田中's own one, too."""
    return Line.objects.get(tenant=office)


@pytest.fixture
def second(office: Tenant) -> Line:
    """大阪【0600000002】, nobody's so far."""
    return Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    """A browser of the administrator's."""
    return sign_in(administrator)


@pytest.fixture
def people(office: Tenant) -> dict[str, int]:
    """Name → id."""
    return dict(Person.objects.filter(tenant=office).values_list("name", "pk"))


@pytest.fixture
def crowd(office: Tenant) -> list[Person]:
    """100 more people: three pages in all."""
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=str(n), kind=Number.Kind.PERSON) for n in range(5000, 5100)
    )
    return Person.objects.bulk_create(
        Person(tenant=office, number=number, name=f"社員{number.digits}", kana="シャイン")
        for number in numbers
    )
