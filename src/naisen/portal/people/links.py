"""What people are linked to (departments, lines), when it is changed from the other side.

A department's screen and a line's screen change the same data as a person's form (S1-35, S1-39, S1-40), so
they make a form of that person stale and stand in the person's own history.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F

from naisen.portal.audit.actions import Changed, record_all
from naisen.portal.departments.models import Membership, PickupRight
from naisen.portal.lines.models import LineCaller, LineRecipient
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

Links = dict[str, Any]


@contextmanager
def changing_people(*, by: Login | None, tenant: Tenant, ids: Iterable[int]) -> Iterator[list[Person]]:
    """Lock the tenant's people with these ids while the block changes their links.

    Afterwards whoever was changed has a new version and an audit entry. Use inside a transaction, and
    before locking anything else: edit_person locks the person first too, so that nobody waits in a ring.
    """
    people = list(
        Person.objects.select_for_update(of=("self",))
        .select_related("number")
        .filter(tenant=tenant, pk__any_of=list(ids))
        .order_by("pk")
    )
    before = links_of(people)
    yield people
    after = links_of(people)
    changed = [person for person in people if before[person.pk] != after[person.pk]]
    Person.objects.filter(pk__any_of=[person.pk for person in changed]).update(version=F("version") + 1)
    record_all(
        by=by,
        tenant=tenant,
        action="edit",
        changes=[Changed(subject=p, before=before[p.pk], after=after[p.pk]) for p in changed],
    )


def links_of(people: Iterable[Person]) -> dict[int, Links]:
    """Person id → the part of people.snapshot that other screens change, in five queries."""
    ids = [person.pk for person in people]
    departments = Membership.objects.filter(person__pk__any_of=ids).values_list(
        "person_id", "department__name"
    )
    pickups = PickupRight.objects.filter(person__pk__any_of=ids).values_list("person_id", "department__name")
    inbound = LineRecipient.objects.filter(person__pk__any_of=ids).select_related("line")
    outbound = LineCaller.objects.filter(person__pk__any_of=ids).select_related("line")
    defaults = Person.objects.filter(pk__any_of=ids, default_line__isnull=False).select_related(
        "default_line"
    )
    parts = {
        "departments": _sorted(departments),
        "pickup_departments": _sorted(pickups),
        "inbound_lines": _sorted((row.person_id, str(row.line)) for row in inbound),
        "outbound_lines": _sorted((row.person_id, str(row.line)) for row in outbound),
    }
    lines = {person.pk: str(person.default_line) for person in defaults}
    return {
        pk: {"default_line": lines.get(pk)} | {name: found.get(pk, []) for name, found in parts.items()}
        for pk in ids
    }


def _sorted(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for pk, name in pairs:
        found[pk].append(name)
    return {pk: sorted(names) for pk, names in found.items()}
