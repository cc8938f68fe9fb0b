"""Every write to departments: atomic, audited, and refused when the form was stale (S1-80 … S1-85)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.departments import queries
from naisen.portal.departments.models import Department, Membership
from naisen.portal.departments.snapshot import snapshot
from naisen.portal.numbering.actions import change_number, take_number
from naisen.portal.numbering.models import Number
from naisen.portal.people.choosing import Difference
from naisen.portal.people.links import changing_people
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, kw_only=True)
class DepartmentData:
    """What the form says about a department, but for its people. `ring_timeout_s` is in seconds."""

    name: str
    extension: str
    multicast: bool = False
    ring_timeout_s: int = 360


@transaction.atomic
def register_department(
    *, by: Login | None, tenant: Tenant, data: DepartmentData, members: Iterable[int] = ()
) -> Department:
    """Create a department of the people with the ids `members` (S1-80 … S1-84).

    Raises Refusal with the field it belongs to; then nothing was stored.
    """
    joining = Difference(added=frozenset(members))
    with changing_people(by=by, tenant=tenant, ids=joining.ids) as people:
        check(tenant, data)
        department = Department.objects.create(
            tenant=tenant,
            number=take_number(tenant=tenant, digits=data.extension, kind=Number.Kind.DEPARTMENT),
            name=data.name.strip(),
            multicast=data.multicast,
            ring_timeout_s=data.ring_timeout_s,
        )
        joined, _left = _move(department, people, joining)
    after = snapshot(department) | {"joined": joined}
    record(by=by, tenant=tenant, action="register", subject=department, after=after)
    return department


@transaction.atomic
def edit_department(
    *, by: Login | None, department: Department, version: int, data: DepartmentData, members: Difference
) -> Department:
    """Replace what is known of a department by `data`, and let people join and leave.

    Raises StaleVersion when the department has changed since `version` was read, else Refusal as
    register_department does.
    """
    tenant = department.tenant
    with changing_people(by=by, tenant=tenant, ids=members.ids) as people:
        department = locked(department, version=version)
        check(tenant, data, but=department)
        before = snapshot(department) | {"joined": [], "left": []}
        change_number(number=department.number, digits=data.extension)
        department.name = data.name.strip()
        department.multicast = data.multicast
        department.ring_timeout_s = data.ring_timeout_s
        department.version += 1
        department.save()
        joined, left = _move(department, people, members)
    after = snapshot(department) | {"joined": joined, "left": left}
    if before != after:
        record(by=by, tenant=tenant, action="edit", subject=department, before=before, after=after)
    return department


@transaction.atomic
def delete_departments(*, by: Login | None, tenant: Tenant, departments: Sequence[Department]) -> int:
    """Delete departments (S1-85): their numbers are free, nobody rings or picks up there any more.

    Raises Refusal when a line needs one of them. Returns how many were deleted.
    """
    ids = [department.pk for department in departments]
    with changing_people(by=by, tenant=tenant, ids=queries.concerned(tenant, ids)):
        chosen = list(
            Department.objects.select_for_update(of=("self",))
            .select_related("number")
            .filter(tenant=tenant, pk__in=ids)
            .order_by("pk")
        )
        refuse_needed(tenant, chosen)
        for department in chosen:
            record(by=by, tenant=tenant, action="delete", subject=department, before=snapshot(department))
            number = department.number
            department.delete()
            number.delete()
    return len(chosen)


def check(tenant: Tenant, data: DepartmentData, *, but: Department | None = None) -> None:
    """Raise Refusal for a name that another department has, or a multicast that was not ordered (S1-81)."""
    same = Department.objects.filter(tenant=tenant, name=data.name.strip()).first()
    if same is not None and same != but:
        raise Refusal(
            _("所属名「%(name)s」はすでに使われています。別の名前にしてください。")
            % {"name": data.name.strip()},
            field="name",
        )
    if data.multicast and not tenant.has_multicast:
        raise Refusal(_("マルチキャストはご契約に含まれていません。"), field="multicast")


def refuse_needed(tenant: Tenant, departments: Sequence[Department]) -> None:
    """Raise Refusal when a line rings one of the departments if nobody answers (S1-120)."""
    needed = queries.needed_by_lines(tenant, [department.pk for department in departments])
    if needed:
        raise Refusal(
            _(
                "次の回線の「応答がないとき」に使われているため、削除できません: %(lines)s。"
                "先に発着信設定で変えてください。"
            )
            % {"lines": "、".join(f"{line}→{line.no_answer_department}" for line in needed)}
        )


def locked(department: Department, *, version: int) -> Department:
    """The row as it is now, locked until the transaction ends; raises StaleVersion or Refusal.

    The lock leaves memberships free to be added from a person's form meanwhile.
    """
    current = (
        Department.objects.select_for_update(of=("self",), no_key=True)
        .select_related("number", "number__tenant", "tenant")
        .filter(pk=department.pk, tenant_id=department.tenant_id)
        .first()
    )
    if current is None:
        raise Refusal(_("この所属は削除されています。一覧に戻ってください。"))
    if current.version != version:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこの所属を変更しました。内容を確認してもう一度保存してください。"
            )
        )
    return current


def _move(
    department: Department, people: Sequence[Person], members: Difference
) -> tuple[list[str], list[str]]:
    """Carry out `members` among the locked `people`; returns who joined and who left, by name."""
    if not members.ids <= {person.pk for person in people}:
        raise Refusal(_("選択したユーザが見つかりません。一覧から選び直してください。"), field="members")
    present = set(
        Membership.objects.filter(department=department, person_id__in=members.ids).values_list(
            "person_id", flat=True
        )
    )
    joining = [person for person in people if person.pk in members.added - present]
    leaving = [person for person in people if person.pk in members.removed & present]
    Membership.objects.bulk_create(
        Membership(tenant_id=department.tenant_id, department=department, person=person) for person in joining
    )
    Membership.objects.filter(department=department, person__in=leaving).delete()
    return [str(person) for person in joining], [str(person) for person in leaving]
