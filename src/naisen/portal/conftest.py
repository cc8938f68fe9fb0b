"""Three people in every test (docs/how-to): one owns, one is a member, one is a stranger. Two tenants exist.

`office` is the tenant whose administrator is `administrator`; `elsewhere` is another customer's tenant
with its own administrator, `stranger`.
"""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from naisen.portal.demo.company import KMY, MINATO
from naisen.portal.demo.load import load_company
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

# Every test makes logins; the product's cost of a hash would be half of the tests' time.
settings.PASSWORD_HASHERS = ["naisen.portal.sign_in.tests.quick_hasher.QuickArgon2PasswordHasher"]

PASSWORD = "a long enough password"  # noqa: S105 - the tests' own


@pytest.fixture
def office(db: None) -> Tenant:
    """株式会社テスト with 田中 1000, 鈴木 2000, 佐藤 3000, 営業部 100 and seven devices."""
    scope.set_scope(scope.EVERYTHING)
    return load_company(KMY, password=PASSWORD)


@pytest.fixture
def elsewhere(office: Tenant) -> Tenant:
    """みなと物流, another customer, with 渡辺 on the same extension 1000."""
    return load_company(MINATO, password=PASSWORD)


@pytest.fixture
def administrator(office: Tenant) -> Login:
    """The administrator of `office`."""
    return Login.objects.get(tenant=office, role=Login.Role.ADMINISTRATOR)


@pytest.fixture
def reader(office: Tenant) -> Login:
    """Sees everything of `office` and changes nothing (閲覧のみ)."""
    return Login.objects.get(tenant=office, role=Login.Role.READER)


@pytest.fixture
def stranger(elsewhere: Tenant) -> Login:
    """The administrator of `elsewhere`."""
    return Login.objects.get(tenant=elsewhere)


@pytest.fixture
def tanaka(office: Tenant) -> Person:
    """田中, extension 1000, with device 00001."""
    return Person.objects.get(tenant=office, number__digits="1000")


@pytest.fixture
def sign_in() -> Callable[[Login], Client]:
    """A function that gives a browser in which a login is signed in."""

    def signed_in(login: Login) -> Client:
        client = Client()
        client.force_login(login)
        return client

    return signed_in


@pytest.fixture
def as_edge(django_db_setup: None) -> "Callable[..., list[tuple[object, ...]]]":
    """A function that runs SQL as the edge's role, in a connection of its own."""
    import os

    import psycopg

    def run(query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(os.environ["NAISEN_EDGE_DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    return run
