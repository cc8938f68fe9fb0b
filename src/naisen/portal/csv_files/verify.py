"""Whether rows can still be carried out, or taken back, against what is stored now (S1-75, S1-76).

Run inside the transaction that writes, with the people locked: what was true in the preview may have
changed since.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from naisen.portal.csv_files import stored
from naisen.portal.csv_files.columns import COLUMN_OF
from naisen.portal.csv_files.models import ImportRow
from naisen.portal.csv_files.stamps import changed_fields
from naisen.portal.csv_files.stored import Known, Shelf
from naisen.portal.csv_files.words import shown
from naisen.portal.devices.models import Device
from naisen.portal.numbering.actions import taken_by
from naisen.portal.tenants.models import Tenant

Reasons = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """What one row does now: `person_id` None makes somebody; `new` None deletes; else it changes.

    `new` maps fields to their values. `device` is logged in to whoever is made.
    """

    line: ImportRow
    person_id: int | None
    new: Mapping[str, object] | None
    device: int | None = None

    @property
    def extension(self) -> str | None:
        """The extension that it takes."""
        value = (self.new or {}).get("extension")
        return None if value is None else str(value)


def forward(lines: Iterable[ImportRow]) -> list[Step]:
    """The steps that carry rows out."""
    return [Step(line, line.person_id, line.change["set"], line.change.get("device")) for line in lines]


def backward(lines: Iterable[ImportRow]) -> list[Step]:
    """The steps that take carried-out rows back."""
    return [
        Step(line, line.person_id, line.change["was"] if line.kind == ImportRow.Kind.UPDATE else None)
        for line in lines
    ]


def obstacles(tenant: Tenant, steps: Sequence[Step], people: Mapping[int, Known], shelf: Shelf) -> Reasons:
    """Row number → why it cannot be done; empty when all can."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for step in steps:
        for reason in _changed_since(step, people, shelf):
            found[step.line.row].append(reason)
    for step, reason in [*_taken(tenant, steps, people), *_devices(tenant, steps), *_gone(steps, shelf)]:
        found[step.line.row].append(reason)
    return dict(found)


def _changed_since(step: Step, people: Mapping[int, Known], shelf: Shelf) -> Iterable[str]:
    if step.person_id is None:
        return
    known = people.get(step.person_id)
    if known is None:
        # Somebody who was made and is deleted already needs no taking back.
        if step.new is not None:
            yield _("「%(name)s」は削除されています。") % {"name": step.line.name}
        return
    now = known.stamp
    if now != step.line.stamp:
        yield _("あとから変更されています: %(what)s") % {
            "what": "、".join(
                _("%(column)s(いまは「%(value)s」)")
                % {"column": COLUMN_OF[field], "value": shown(field, known.values[field], shelf)}
                for field in changed_fields(step.line.stamp, now)
            )
            or known.name
        }
    if step.new is None and set(known.devices) - {step.line.change.get("device")}:
        yield _("「%(name)s」に、あとから端末が割り当てられています。") % {"name": known.name}


def _taken(tenant: Tenant, steps: Sequence[Step], people: Mapping[int, Known]) -> Iterable[tuple[Step, str]]:
    leaving = {step.person_id for step in steps if step.extension is not None or step.new is None}
    wanted = {step.extension: step for step in steps if step.extension is not None}
    for digits, owner in stored.owners(tenant, [text for text in wanted if text]).items():
        if owner.person_id is None or owner.person_id not in leaving:
            yield wanted[digits], taken_by(digits, owner.name)


def _devices(tenant: Tenant, steps: Sequence[Step]) -> Iterable[tuple[Step, str]]:
    wanted = {step.device: step for step in steps if step.device is not None}
    free = Device.objects.filter(tenant=tenant, pk__any_of=list(wanted), person__isnull=True)
    for pk in set(wanted) - set(free.values_list("pk", flat=True)):
        yield wanted[pk], _("割り当てる端末が、ほかで使われました。もう一度ファイルを読み込んでください。")


def _gone(steps: Sequence[Step], shelf: Shelf) -> Iterable[tuple[Step, str]]:
    for step in steps:
        new = step.new or {}
        department_ids = {*_ids(new, "departments"), *_ids(new, "pickup_departments")}
        line_ids = {*_ids(new, "inbound_lines"), *_ids(new, "outbound_lines"), *_ids(new, "default_line")}
        if department_ids - shelf.department_by_id.keys():
            yield step, _("所属が削除されています。")
        if line_ids - shelf.line_by_id.keys():
            yield step, _("回線がなくなっています。")


def _ids(new: Mapping[str, object], field: str) -> Iterable[int]:
    value = new.get(field)
    if isinstance(value, int):
        return (value,)
    return value if isinstance(value, (list, tuple)) else ()
