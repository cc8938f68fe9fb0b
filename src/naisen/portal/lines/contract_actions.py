"""A tenant's lines as the contract has them: the operator registers, edits and deletes them (S1-120, C-08)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.lines.actions import locked
from naisen.portal.lines.default_actions import make_common
from naisen.portal.lines.models import Line, LineCaller, LineRecipient, Trunk
from naisen.portal.people.links import changing_people
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

LAST_CODE = 999


@dataclass(frozen=True, kw_only=True)
class LineContract:
    """What the operator decides of a line. `max_calls` None: as many at once as come."""

    code: str
    name: str
    number: str
    trunk: Trunk | None = None
    max_calls: int | None = None


@transaction.atomic
def register_line(*, by: Login | None, tenant: Tenant, contract: LineContract) -> Line:
    """Give a tenant a line; the first one becomes its common line (S1-94).

    Raises Refusal with the field that it belongs to.
    """
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    check(tenant, contract)
    line = Line.objects.create(tenant=tenant, **_columns(contract))
    record(by=by, tenant=tenant, action="register", subject=line, after=snapshot(line))
    if tenant.common_line_id is None:
        make_common(by=by, tenant=tenant, line=line, instead_of=None)
    return line


@transaction.atomic
def edit_contract(*, by: Login | None, line: Line, version: int, contract: LineContract) -> Line:
    """Replace what the contract says of a line; raises StaleVersion, or Refusal with its field."""
    line = locked(line, version=version)
    check(line.tenant, contract, line)
    before = snapshot(line)
    for name, value in _columns(contract).items():
        setattr(line, name, value)
    line.version += 1
    line.save()
    after = snapshot(line)
    if before != after:
        record(by=by, tenant=line.tenant, action="edit", subject=line, before=before, after=after)
    return line


@transaction.atomic
def delete_line(*, by: Login | None, line: Line, version: int) -> None:
    """Take a line away: whoever called out on it by default is on the common line again (S1-94)."""
    users = set(line.tenant.people.filter(default_line=line).values_list("pk", flat=True))
    linked = _linked(line)
    with changing_people(by=by, tenant=line.tenant, ids=users | linked):
        line = locked(line, version=version)
        if line.tenant.common_line_id == line.pk and Line.objects.filter(tenant=line.tenant).count() > 1:
            raise Refusal(_("この回線は共通初期回線です。先に別の回線を共通初期回線にしてください。"))
        record(by=by, tenant=line.tenant, action="delete", subject=line, before=snapshot(line))
        Person.objects.filter(tenant=line.tenant, default_line=line).update(default_line=None)
        line.delete()


def _linked(line: Line) -> set[int]:
    links = LineRecipient.objects.filter(line=line), LineCaller.objects.filter(line=line)
    return {pk for found in links for pk in found.values_list("person_id", flat=True)}


def check(tenant: Tenant, contract: LineContract, line: Line | None = None) -> None:
    """Raise Refusal where the code or the number is taken."""
    own = line.pk if line else 0
    if Line.objects.filter(tenant=tenant, code=contract.code).exclude(pk=own).exists():
        raise Refusal(_("この識別番号は、このサークルの別の回線が使っています。"), field="code")
    if Line.objects.filter(number=contract.number).exclude(pk=own).exists():
        raise Refusal(_("この回線番号は、すでに登録されています。"), field="number")


def next_code(tenant: Tenant) -> str:
    """The lowest 識別番号 that is free, as 001; empty when all are taken."""
    taken = set(Line.objects.filter(tenant=tenant).values_list("code", flat=True))
    codes = (f"{number:03d}" for number in range(1, LAST_CODE + 1))
    return next((code for code in codes if code not in taken), "")


def snapshot(line: Line) -> dict[str, Any]:
    """Field name → plain value of what the contract says."""
    return {
        "code": line.code,
        "name": line.name,
        "number": line.number,
        "trunk": line.trunk.name if line.trunk else None,
        "max_calls": line.max_calls,
    }


def _columns(contract: LineContract) -> dict[str, Any]:
    return {
        "code": contract.code,
        "name": contract.name,
        "number": contract.number,
        "trunk": contract.trunk,
        "max_calls": contract.max_calls,
    }
