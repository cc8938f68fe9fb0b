"""Tests run against a real PostgreSQL: a private cluster per session, made when the first test asks for it.

The portal's settings read the environment when they are imported, so it is set here, before Django is
configured. Tests of the portal connect as `naisen_portal`, as the portal does: row-level security holds.
"""

import base64
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from naisen.cli.test import FAILURES
from naisen.runtime import cluster, database, identity
from naisen.runtime.testing.cluster import TestCluster, empty_tables_of, truncate

USER = identity.SERVICE_USER if identity.is_root() else None
FOLDER = Path(tempfile.mkdtemp(prefix="naisen-tests-"))
PASSWORDS = database.Passwords(portal=cluster.new_password(), edge=cluster.new_password())
CLUSTER = TestCluster(FOLDER, USER)
FEW_LINES = 12


def _key_file(name: str) -> str:
    path = FOLDER / name
    path.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    path.chmod(0o600)
    return str(path)


os.environ |= {
    "DJANGO_SETTINGS_MODULE": "naisen.portal.settings",
    "NAISEN_DATA": str(FOLDER),
    "NAISEN_PORTAL_DATABASE_URL": CLUSTER.url(database.PORTAL_ROLE, PASSWORDS.portal),
    "NAISEN_OWNER_DATABASE_URL": CLUSTER.owner_url,
    "NAISEN_EDGE_DATABASE_URL": CLUSTER.url(database.EDGE_ROLE, PASSWORDS.edge),
    "NAISEN_DJANGO_KEY_FILE": _key_file("django-key"),
    "NAISEN_CREDENTIAL_KEY_FILE": _key_file("credential-key"),
    "NAISEN_HTTP": "127.0.0.1:8080",
    "NAISEN_SIP": "127.0.0.1:5060",
    "TZ": "UTC",
}
os.environ.pop("NAISEN_AS_OWNER", None)
os.environ.pop("DATABASE_URL", None)
# The apps' own conftest files import models when they are loaded.
django.setup()
# Else every test client looks through all assets first.
settings.WHITENOISE_AUTOREFRESH = True
# Many tests make logins; the product's cost of a hash would be half of their time.
settings.PASSWORD_HASHERS = ["naisen.portal.sign_in.tests.quick_hasher.QuickArgon2PasswordHasher"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the tests that break things go on."""
    parser.addoption(
        "--seeds", type=int, default=1, help="rounds of tests/chaos/test_clerks_and_kills.py (1)"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add what failed to the list that `./naisen test` shows at its end."""
    if (path := os.environ.get(FAILURES)) is None:
        return
    with Path(path).open("a") as file:
        for report in (*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")):
            errors = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
            file.write("\n".join((f"FAILED {report.when}: {report.nodeid}", *errors[:FEW_LINES], "")))


def pytest_unconfigure() -> None:
    """Stop the cluster and remove what the session left."""
    CLUSTER.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def database_cluster() -> TestCluster:
    """The session's cluster, serving, prepared and migrated."""
    if not CLUSTER.is_running:
        CLUSTER.start()
        database.prepare(CLUSTER.owner_url, passwords=PASSWORDS, environment=os.environ)
    return CLUSTER


@pytest.fixture(scope="session")
def empty_the_database(database_cluster: TestCluster) -> Callable[[], None]:
    """A function that takes away all that has been committed since the migrations."""
    tables = empty_tables_of(database_cluster)
    return lambda: truncate(database_cluster, tables)


@pytest.fixture(scope="session")
def django_db_setup(
    empty_the_database: Callable[[], None], django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Use the prepared database itself, where pytest-django would make a copy as a superuser.

    Tests with `transaction=True` are cleaned up by truncating, as a superuser, the tables that were empty
    after the migrations: Django's own `flush` would need rights that the portal's role must not have.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_the_database())
        yield
    with django_db_blocker.unblock():
        from django.db import connections

        connections.close_all()
