"""Three people in every test (docs/how-to): one owns, one is a member, one is a stranger. Two tenants exist.

`office` is the tenant whose administrator is `administrator`; `elsewhere` is another customer's tenant
with its own administrator, `stranger`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client, TransactionTestCase

from naisen.portal.demo.company import KMY, MINATO
from naisen.portal.demo.load import load_company
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SCOPED = 2  # the queries that give a request its scope and take it away; the others are the screen's
PASSWORD = "a long enough password"  # noqa: S105 - the tests' own


class LoadedOffice:
    """The company, committed once for all tests that roll back: to load it takes longer than most of them."""

    def __init__(self, empty_the_database: Callable[[], None]) -> None:
        self._empty_the_database = empty_the_database
        self._is_there = False

    def load(self) -> None:
        """Commit it, unless it is there; in a connection of its own, since the test's rolls back."""
        if not self._is_there:
            with ThreadPoolExecutor(1) as other:
                other.submit(self._commit).result()
            self._is_there = True

    def _commit(self) -> None:
        scope.set_scope(scope.EVERYTHING)
        load_company(KMY, password=PASSWORD)
        connections.close_all()

    def remove(self) -> None:
        """Empty the database again, for tests that commit."""
        if self._is_there:
            self._empty_the_database()
            self._is_there = False


def commits(item: pytest.Item) -> bool:
    """Whether a test commits what it writes, instead of rolling it back."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in fixtures_of(item)


def fixtures_of(item: pytest.Item) -> list[str]:
    """The names of the fixtures that a test uses."""
    return list(getattr(item, "fixturenames", []))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the tests that want an empty database, then those of the loaded office, then those that commit."""
    items.sort(key=lambda item: (commits(item), "office" in fixtures_of(item)))


@pytest.fixture(scope="session")
def loaded_office(empty_the_database: Callable[[], None], django_db_setup: None) -> Iterator[LoadedOffice]:
    """The company's place in the database; it makes way for tests that commit."""
    loaded = LoadedOffice(empty_the_database)
    set_up = vars(TransactionTestCase)["_fixture_setup"].__func__

    def emptied(test: type[TransactionTestCase]) -> None:
        loaded.remove()
        set_up(test)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(emptied))
        yield loaded
    loaded.remove()


@pytest.fixture
def office(loaded_office: LoadedOffice, db: None, request: pytest.FixtureRequest) -> Tenant:
    """株式会社テスト with 田中 1000, 鈴木 2000, 佐藤 3000, 営業部 100 and seven devices."""
    scope.set_scope(scope.EVERYTHING)
    if commits(request.node):
        return load_company(KMY, password=PASSWORD)
    loaded_office.load()
    return Tenant.objects.get(domain=KMY.domain)


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
