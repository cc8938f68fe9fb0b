"""R1: nothing of one tenant reaches another, at any address, by any method, through any field.

Generated from the URL resolver. A stranger's id is answered as one that nobody has, byte for byte.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from pytest_django.plugin import DjangoDbBlocker

from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.runtime.testing.cluster import TestCluster
from tests.isolation.asking import FORM, Answer, ask, bare, fingerprint, with_id
from tests.isolation.routes import OPERATORS, ROUTES
from tests.isolation.world import (
    OURS,
    PASSWORD,
    THEIRS,
    Company,
    Mark,
    build,
    forget_calls,
    missing,
    signed_in,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = (302, 403, 405)
# What stands beside the field in question: asked about, and confirmed.
FORMS: dict[str, list[Mapping[str, Any]]] = {
    "GET": [{"kind": "person"}],
    "POST": [FORM, {**FORM, "confirmed": ""}],
}
HEADER = "ユーザ名,内線番号"
CALLS = ("calls", "calls_csv", "call")


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Every name in the resolver."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name


NAMES = sorted(named(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def two(
    database_cluster: TestCluster, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Company, Company]]:
    """Both companies, in one transaction for all tests here; it is rolled back afterwards."""
    number_apart(database_cluster)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        # The push stream hands its connection back, which is this transaction's.
        patch.setattr(BaseDatabaseWrapper, "close", lambda self: None)
        scope.set_scope(scope.EVERYTHING)
        both = build(OURS), build(THEIRS)
        for company in both:
            company.fingerprint = fingerprint(company)
        yield both
        transaction.set_rollback(True)
    forget_calls()


def number_apart(cluster: TestCluster) -> None:
    """Let ids be long, and those of each table others, so that none stands in a page by chance."""
    with psycopg.connect(cluster.administrator_url) as connection:
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,"
            " 700000000 + 10000 * row_number() OVER (ORDER BY sequencename))"
            " FROM pg_sequences WHERE schemaname = 'public' AND data_type = 'bigint'::regtype"
        )


def askers(two: tuple[Company, Company]) -> list[tuple[str, str | None, Company, Company]]:
    """Who asks: what to call them, the cookie, whose ids are their own, and whose are a stranger's."""
    ours, theirs = two
    return [
        ("anonymous", None, ours, theirs),
        ("reader", ours.reader, ours, theirs),
        ("administrator", ours.administrator, ours, theirs),
        ("the other's administrator", theirs.administrator, theirs, ours),
    ]


def address(name: str, ids: Any) -> tuple[str, str]:
    """The path for a declared address, and the id that stands in it."""
    arguments, used = {}, ""
    for argument, kind in ROUTES[name].path.items():
        arguments[argument] = kind[1:] if kind.startswith("=") else ids(kind)
        used = used if kind.startswith("=") else arguments[argument]
    return reverse(name, kwargs=arguments), used


def traces(answer: Answer, mark: Mark) -> list[str]:
    """What an answer says of a company that it must say nothing of."""
    return re.findall(f".{{0,40}}(?:{mark.kana}|{mark.ascii}|{mark.digits}).{{0,40}}", answer.told)


def test_every_address_is_declared_and_no_other() -> None:
    assert sorted(ROUTES) == NAMES


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_an_operators_screen_is_nobody_elses(name: str, two: tuple[Company, Company]) -> None:
    """R1, S2-24: asked for a sign-in without one; nothing there for a tenant's login; its own is found."""
    path, _used = address(name, two[0].ids.__getitem__)
    for who, cookie, _own, foreign in askers(two):
        for method in METHODS:
            answer = ask(method, path, cookie=cookie, victim=foreign, fields=FORM)
            if cookie is None:
                assert (answer.status, answer.where.split("?")[0]) == (302, reverse("operator_sign_in"))
            else:
                assert answer.status == (403 if who == "reader" and method != "GET" else 404), (who, method)
            assert not answer.victim_changed, (who, method)
            assert traces(answer, foreign.mark) == [], (who, method)
    operator = signed_in(
        Login.objects.create_login(login_id=name, password=PASSWORD, kind=Login.Kind.OPERATOR, name="運用")
    )
    assert ask("GET", path, cookie=operator).status in (200, 405)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPERATORS])
def test_a_strangers_id_in_an_address_is_one_that_nobody_has(name: str, two: tuple[Company, Company]) -> None:
    """R1: method × who × {own, foreign, missing}."""
    for who, cookie, own, foreign in askers(two):
        for method in METHODS:
            path, _used = address(name, own.ids.__getitem__)
            mine = ask(method, path, cookie=cookie, victim=foreign, fields=FORM)
            assert not mine.victim_changed, (who, method)
            assert traces(mine, foreign.mark) == [], (who, method)
            assert mine.status != 404 or not cookie, (who, method, path)
            their_path, their_id = address(name, foreign.ids.__getitem__)
            if their_path == path:
                continue
            theirs = ask(method, their_path, cookie=cookie, victim=foreign, fields=FORM, echoed=their_id)
            path, nobodys_id = address(name, missing)
            nobodys = ask(method, path, cookie=cookie, victim=foreign, fields=FORM, echoed=nobodys_id)
            assert theirs.told == nobodys.told, (who, method)
            assert (theirs.status, theirs.victim_changed) == (nobodys.status, False), (who, method)
            assert traces(theirs, foreign.mark) == [], (who, method)
            assert theirs.status == 404 or theirs.status == mine.status in REFUSED, (who, method, theirs)


def fields_of(name: str) -> list[tuple[str, str, str, str]]:
    """(GET or POST, field, kind, pattern) of the ids that an address takes beside its own."""
    found = []
    for method, fields in (("GET", ROUTES[name].query), ("POST", ROUTES[name].sent)):
        for field, spec in fields.items():
            kind, pattern = (spec, "{}") if isinstance(spec, str) else spec
            found.append((method, field, kind, pattern))
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if name in ROUTES and fields_of(name)])
def test_a_strangers_id_in_a_field_is_one_that_nobody_has(name: str, two: tuple[Company, Company]) -> None:
    """R1: selects, chips, bulk checkboxes, parameters; asked about and confirmed."""
    _nobody, reader, administrator, _other = askers(two)
    for method, field, kind, pattern in fields_of(name):
        # What a reader sends is refused before it is read; the address's own test shows that.
        for who, cookie, own, foreign in (administrator,) if method == "POST" else (reader, administrator):
            path, _used = address(name, own.ids.__getitem__)
            for form in FORMS[method]:
                theirs, nobodys = (
                    ask(
                        method,
                        path,
                        cookie=cookie,
                        victim=foreign,
                        fields=with_id(form, field, pattern.format(value)),
                        echoed=value,
                    )
                    for value in (foreign.ids[kind], missing(kind))
                )
                assert not theirs.victim_changed, (who, field)
                assert traces(theirs, foreign.mark) == [], (who, field)
                assert theirs == nobodys, (who, field)


@pytest.mark.parametrize("column", ROUTES["person_import"].cells)
@pytest.mark.parametrize("name", ["person_import", "bulk_edit"])
def test_a_strangers_number_in_a_file_is_one_that_nobody_has(
    name: str, column: str, two: tuple[Company, Company]
) -> None:
    """R1: CSV cells (`#1000#2000#`)."""
    ours, theirs = two
    key = "4711" if name == "person_import" else f"{ours.mark.digits}01"
    answers = []
    for number in (theirs.ids["number"], missing("number")):
        csv = f"{HEADER},{column}\r\n新しい,{key},#{number}#\r\n".encode()
        answers.append(
            ask(
                "POST",
                reverse(name),
                cookie=ours.administrator,
                victim=theirs,
                file=csv,
                echoed=number,
            )
        )
    assert answers[0].status == 200
    assert not any(answer.victim_changed for answer in answers)
    assert [traces(answer, theirs.mark) for answer in answers] == [[], []]
    assert bare(answers[0].told) == bare(answers[1].told)


def test_the_marks_are_where_they_should_be(two: tuple[Company, Company]) -> None:
    """A test that looks for what is nowhere shows nothing."""
    ours, _theirs = two
    seen = {
        name: traces(ask("GET", address(name, ours.ids.__getitem__)[0], cookie=ours.administrator), OURS)
        for name in (
            "home",
            "people",
            "devices",
            "lines",
            "history_csv",
            "settings_sheet",
            "import_rejected",
            *CALLS,
        )
    }
    assert [name for name, found in seen.items() if not found] == []
