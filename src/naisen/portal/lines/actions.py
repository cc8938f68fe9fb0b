"""Every write to a line's settings: who uses it, and what becomes of its calls (S1-94, S1-120)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Manager
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.departments.models import Department
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.lines.queries import default_users
from naisen.portal.lines.snapshot import snapshot
from naisen.portal.people.choosing import Difference
from naisen.portal.people.links import changing_people
from naisen.portal.people.models import Person
from naisen.portal.people.words import names_of
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.routing.japan import EMERGENCY


@dataclass(frozen=True, kw_only=True)
class LineSettings:
    """What becomes of a call on a line. `ring_timeout_s` is in seconds."""

    ring_timeout_s: int = 60
    no_answer: str = Line.NoAnswer.BUSY
    no_answer_number: str = ""
    no_answer_department: Department | None = None


@dataclass(frozen=True)
class Moved:
    """Who was added to one of a line's two groups, and who taken away."""

    joined: Sequence[str] = ()
    left: Sequence[str] = ()

    def named(self, group: str) -> dict[str, list[str]]:
        """As plain values of an audit entry."""
        return {f"{group}_joined": list(self.joined), f"{group}_left": list(self.left)}


@transaction.atomic
def edit_line(
    *,
    by: Login | None,
    line: Line,
    version: int,
    settings: LineSettings,
    recipients: Difference,
    callers: Difference,
) -> Line:
    """Store 発着信設定: the settings, whom calls ring, and who may call out (S1-120, S1-39, S1-40).

    Raises StaleVersion when the line has changed since `version` was read, Refusal with the field that it
    belongs to otherwise.
    """
    with changing_people(by=by, tenant=line.tenant, ids=recipients.ids | callers.ids) as people:
        line = locked(line, version=version)
        check(line, settings)
        refuse_default_users(line, callers)
        before = snapshot(line)
        line.ring_timeout_s = settings.ring_timeout_s
        line.no_answer = settings.no_answer
        line.no_answer_number = settings.no_answer_number
        line.no_answer_department = settings.no_answer_department
        line.version += 1
        line.save()
        ringing = _move(LineRecipient, line, people, recipients, field="recipients")
        calling = _move(LineCaller, line, people, callers, field="callers")
    after = snapshot(line) | ringing.named("recipients") | calling.named("callers")
    before |= Moved().named("recipients") | Moved().named("callers")
    if before != after:
        record(by=by, tenant=line.tenant, action="edit", subject=line, before=before, after=after)
    return line


def check(line: Line, settings: LineSettings) -> None:
    """Raise Refusal when 応答がないとき does not say where to, or leads back to the line itself."""
    if settings.no_answer == Line.NoAnswer.FORWARD:
        if not settings.no_answer_number:
            raise Refusal(_("転送先の番号を入力してください。"), field="no_answer_number")
        if settings.no_answer_number == line.number:
            raise Refusal(
                _("この回線自身の番号へは転送できません。別の番号にしてください。"), field="no_answer_number"
            )
        # A caller's mishap must not become an emergency call.
        if settings.no_answer_number in EMERGENCY:
            raise Refusal(
                _("緊急通報の番号へは転送できません。別の番号にしてください。"), field="no_answer_number"
            )
    if settings.no_answer == Line.NoAnswer.DEPARTMENT and settings.no_answer_department is None:
        raise Refusal(_("鳴らす所属を選んでください。"), field="no_answer_department")


def refuse_default_users(line: Line, callers: Difference) -> None:
    """Raise Refusal when somebody is to lose the line who calls out on it by default (S1-40)."""
    names = names_of(default_users(line).filter(pk__in=callers.removed))
    if names:
        raise Refusal(
            _(
                "次のユーザはこの回線がユーザ固有初期回線のため、発信から外せません: %(names)s。"
                "先に初期回線一括設定で共通初期回線に戻してください。"
            )
            % {"names": names},
            field="callers",
        )


def locked(line: Line, *, version: int) -> Line:
    """The row as it is now, locked until the transaction ends; raises StaleVersion or Refusal."""
    current = (
        Line.objects.select_for_update(of=("self",), no_key=True)
        .select_related("tenant", "no_answer_department")
        .filter(pk=line.pk, tenant_id=line.tenant_id)
        .first()
    )
    if current is None:
        raise Refusal(_("この回線はなくなっています。一覧に戻ってください。"))
    if current.version != version:
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこの回線を変更しました。内容を確認してもう一度保存してください。"
            )
        )
    return current


def _move(
    model: type[LineRecipient] | type[LineCaller],
    line: Line,
    people: Sequence[Person],
    change: Difference,
    *,
    field: str,
) -> Moved:
    """Carry out `change` among the locked `people`, in one of the line's two groups."""
    if not change.ids <= {person.pk for person in people}:
        raise Refusal(_("選択したユーザが見つかりません。一覧から選び直してください。"), field=field)
    manager: Manager[Any] = model._default_manager
    links = manager.filter(line=line, person_id__in=change.ids)
    present = set(links.values_list("person_id", flat=True))
    joining = [person for person in people if person.pk in change.added - present]
    leaving = [person for person in people if person.pk in change.removed & present]
    manager.bulk_create(model(tenant_id=line.tenant_id, line=line, person=person) for person in joining)
    links.filter(person__in=leaving).delete()
    return Moved([str(person) for person in joining], [str(person) for person in leaving])
