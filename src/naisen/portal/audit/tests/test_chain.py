"""Audit entries are append-only and chained by hash."""

import pytest
from django.db import ProgrammingError, connection, transaction

from naisen.portal.audit.actions import record
from naisen.portal.audit.models import Entry
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant


def broken_links(tenant: Tenant) -> list[int]:
    """Sequence numbers whose hash does not follow from the entry before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.sequence FROM audit_entry e LEFT JOIN audit_entry b "
            "ON b.tenant_id = e.tenant_id AND b.sequence = e.sequence - 1 "
            "WHERE e.tenant_id = %s AND (e.hash <> audit_hash(e) OR e.previous_hash <> coalesce(b.hash, ''))",
            [tenant.pk],
        )
        return [sequence for (sequence,) in cursor.fetchall()]


def test_entries_are_numbered_and_chained(office: Tenant) -> None:
    sequences = list(
        Entry.objects.filter(tenant=office).order_by("sequence").values_list("sequence", flat=True)
    )
    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) >= 10
    assert broken_links(office) == []


def test_each_tenant_has_a_chain_of_its_own(elsewhere: Tenant) -> None:
    assert Entry.objects.filter(tenant=elsewhere).earliest("sequence").sequence == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_name = 'x'", "DELETE FROM audit_entry"])
def test_the_portal_cannot_rewrite_history(office: Tenant, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_forged_link_shows(office: Tenant, tanaka: Person) -> None:
    """The hash and the number that a writer gives are not believed."""
    forged = Entry(
        tenant=office,
        sequence=1,
        actor_name="x",
        action="edit",
        object_type="person",
        object_id=tanaka.pk,
        object_name="x",
        previous_hash="0",
        hash="0",
    )
    forged.save()
    assert Entry.objects.get(pk=forged.pk).sequence > 1
    assert broken_links(office) == []


def test_only_what_differs_is_kept(office: Tenant, tanaka: Person) -> None:
    entry = record(
        by=None, tenant=office, action="edit", subject=tanaka, before={"a": 1, "b": 2}, after={"a": 1, "b": 3}
    )
    assert (entry.before, entry.after) == ({"b": 2}, {"b": 3})
