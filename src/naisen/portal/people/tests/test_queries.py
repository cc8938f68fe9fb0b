"""Finding people (S1-20)."""

import pytest
from django.db import ProgrammingError, transaction
from django.http import Http404

from naisen.portal.departments.models import Department
from naisen.portal.people import queries
from naisen.portal.people.models import Findable, Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


def names(tenant: Tenant, words: str = "", **narrow: int) -> list[str]:
    found = queries.search(queries.people(tenant), tenant=tenant, words=words, **narrow)
    return [p.name for p in queries.in_order(found, "extension")]


@pytest.mark.parametrize("words", ["田", "田中", "タナ", "たな", "ﾀﾅ", "100", "田 1000"])
def test_by_name_kana_or_extension(elsewhere: Tenant, office: Tenant, words: str) -> None:
    assert names(office, words) == ["田中"]


@pytest.mark.parametrize("words", ["田_", "%", "中田", "田中 佐藤"])
def test_what_nobody_has_is_not_found(office: Tenant, words: str) -> None:
    assert names(office, words) == []


def test_a_list_counts_whom_the_search_finds(office: Tenant) -> None:
    department = Department.objects.get(tenant=office).pk
    found = queries.hits(office, stopped=False, words="タ", department_id=department)
    assert [p.name for p in queries.in_order(found, "extension")] == names(
        office, "タ", department_id=department
    )


def test_what_is_searched_ends_at_the_scope(office: Tenant, elsewhere: Tenant) -> None:
    scope.set_scope(scope.of_tenants([elsewhere.pk]))
    assert {found.tenant_id for found in Findable.objects.all()} == {elsewhere.pk}
    scope.set_scope(scope.NOTHING)
    assert not Findable.objects.exists()


def test_nobody_writes_through_what_is_searched(office: Tenant) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Findable.objects.filter(tenant=office).update(name="偽")


def test_by_department(office: Tenant) -> None:
    assert names(office, department_id=Department.objects.get(tenant=office).pk) == ["田中", "鈴木"]


@pytest.mark.parametrize(
    ("sort", "first"), [("-extension", "佐藤"), ("kana", "佐藤"), ("-kana", "田中"), ("'; DROP", "田中")]
)
def test_sorted_by_known_keys_only(office: Tenant, sort: str, first: str) -> None:
    assert queries.in_order(queries.people(office), sort)[0].name == first


def test_a_strangers_person_is_not_found(office: Tenant, elsewhere: Tenant, tanaka: Person) -> None:
    with pytest.raises(Http404):
        queries.person_or_404(elsewhere, tanaka.pk)
    assert queries.person_or_404(office, tanaka.pk) == tanaka
