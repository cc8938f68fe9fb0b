"""Row-level security: tenants are kept apart in the database itself (rule 7)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from naisen.portal.departments.models import Department, Membership
from naisen.portal.devices.models import Device
from naisen.portal.people.models import Person
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

# A login is looked up before anybody is signed in, so it cannot be scoped; queries of it are by kind and id.
NOT_ISOLATED = {"sign_in.Login"}


def tenant_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and model._meta.label not in NOT_ISOLATED
        and any(f.name == "tenant" for f in model._meta.get_fields())
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("model", tenant_models(), ids=lambda m: m._meta.label)
def test_every_table_of_tenants_has_the_policy(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, exists(SELECT FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c "
            "WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True)


def test_without_a_scope_nothing_is_seen(elsewhere: Tenant) -> None:
    scope.set_scope(scope.NOTHING)
    assert not Tenant.objects.exists()
    assert not Person.objects.exists()
    assert not Device.objects.exists()


def test_a_scope_shows_its_tenants_and_no_other(office: Tenant, elsewhere: Tenant) -> None:
    scope.set_scope(scope.of_tenants([office.pk]))
    assert {p.tenant_id for p in Person.objects.all()} == {office.pk}
    scope.set_scope(scope.of_tenants([office.pk, elsewhere.pk]))
    assert {p.tenant_id for p in Person.objects.all()} == {office.pk, elsewhere.pk}


def test_a_row_of_another_tenant_cannot_be_written(office: Tenant, elsewhere: Tenant) -> None:
    theirs = Person.objects.filter(tenant=elsewhere)
    scope.set_scope(scope.of_tenants([office.pk]))
    assert theirs.update(name="盗人") == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Department.objects.create(tenant=elsewhere, name="偽", number_id=1)


def test_a_row_never_joins_two_tenants(office: Tenant, elsewhere: Tenant, tanaka: Person) -> None:
    theirs = Department.objects.get(tenant=elsewhere)
    Membership.objects.create(tenant=office, person=tanaka, department=theirs)
    with pytest.raises(IntegrityError, match="same_tenant"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_block_gives_the_earlier_scope_back(office: Tenant, elsewhere: Tenant) -> None:
    scope.set_scope(scope.of_tenants([office.pk]))
    with scope.scoped(scope.EVERYTHING):
        assert Tenant.objects.count() == 2
    assert Tenant.objects.get() == office
