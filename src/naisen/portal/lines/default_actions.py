"""Every write to default lines: of many people at once, and the tenant's common one (S1-90, S1-94)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.lines.default_effects import common_effects, default_effects
from naisen.portal.lines.models import Line, LineCaller
from naisen.portal.people.choosing import Difference
from naisen.portal.people.links import changing_people
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True)
class DefaultsChanged:
    """How many people got the line as their default one, and how many returned to the common one."""

    set: int
    returned: int


@transaction.atomic
def set_default_line(*, by: Login | None, line: Line, change: Difference) -> DefaultsChanged:
    """Make `line` the default one of the people to add; those to remove return to the common line (S1-90).

    The line becomes one to call out on as well (D-04). Whoever has another default line by now is left
    alone. Raises Refusal when somebody is not found in the tenant.
    """
    with changing_people(by=by, tenant=line.tenant, ids=change.ids) as people:
        if not change.ids <= {person.pk for person in people}:
            raise Refusal(_("選択したユーザが見つかりません。一覧から選び直してください。"))
        effects = default_effects(line, change)
        getting, returning = list(effects.getting), list(effects.returning)
        _grant(line, effects.granted)
        Person.objects.filter(pk__in=[person.pk for person in getting]).update(default_line=line)
        Person.objects.filter(pk__in=[person.pk for person in returning]).update(default_line=None)
    return DefaultsChanged(len(getting), len(returning))


@transaction.atomic
def make_common(*, by: Login | None, tenant: Tenant, line: Line, instead_of: int | None) -> None:
    """Make `line` the tenant's common one (S1-94), as long as `instead_of` (an id) still is.

    Whoever calls out on the old one by default may call out on the new one (as D-04). Raises StaleVersion
    when another line has become the common one meanwhile.
    """
    granted = list(common_effects(tenant, line).granted.values_list("pk", flat=True))
    with changing_people(by=by, tenant=tenant, ids=granted):
        current = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        if current.common_line_id != instead_of:
            raise StaleVersion(
                _("開いているあいだに、共通初期回線が変わりました。内容を確認してもう一度操作してください。")
            )
        before = str(current.common_line) if current.common_line else None
        _grant(line, common_effects(current, line).granted)
        current.common_line = line
        current.save(update_fields=["common_line"])
    record(
        by=by,
        tenant=current,
        action="make_common",
        subject=line,
        before={"common_line": before},
        after={"common_line": str(line)},
    )


def _grant(line: Line, people: Iterable[Person]) -> None:
    LineCaller.objects.bulk_create(
        (LineCaller(tenant_id=line.tenant_id, line=line, person=person) for person in people),
        ignore_conflicts=True,
        batch_size=1000,
    )
