"""Every write to rates (料金表): the operator's, for all tenants. A running call keeps the rate that it began with."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal import sealing
from naisen.portal.audit.actions import record
from naisen.portal.calls.models import Rate
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login


@dataclass(frozen=True, kw_only=True)
class RateData:
    """What the form says about a rate: `unit_yen` for every started `unit_s` seconds."""

    prefix: str
    name: str
    unit_s: int
    unit_yen: Decimal


@transaction.atomic
def register_rate(*, by: Login | None, data: RateData) -> Rate:
    """Create a rate. Raises Refusal with the field that it belongs to."""
    refuse_taken(data.prefix)
    rate = Rate.objects.create(**asdict(data))
    record(by=by, tenant=None, action="register", subject=rate, after=snapshot(rate))
    return rate


@transaction.atomic
def edit_rate(*, by: Login | None, rate: Rate, stamp: str, data: RateData) -> Rate:
    """Replace a rate; StaleVersion where it is not what `stamp` was made of."""
    rate = _locked(rate)
    if stamp != stamp_of(rate):
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこの料金を変更しました。内容を確認してもう一度保存してください。"
            )
        )
    if data.prefix != rate.prefix:
        refuse_taken(data.prefix)
    before = snapshot(rate)
    for name, value in asdict(data).items():
        setattr(rate, name, value)
    rate.save()
    if before != snapshot(rate):
        record(by=by, tenant=None, action="edit", subject=rate, before=before, after=snapshot(rate))
    return rate


@transaction.atomic
def delete_rate(*, by: Login | None, rate: Rate) -> None:
    """Delete a rate: its numbers cost what a shorter prefix says, or nothing."""
    rate = _locked(rate)
    record(by=by, tenant=None, action="delete", subject=rate, before=snapshot(rate))
    rate.delete()


def refuse_taken(prefix: str) -> None:
    """Raise Refusal where there is a rate for these first digits already."""
    if Rate.objects.filter(prefix=prefix).exists():
        raise Refusal(_("この番号の料金はすでにあります。一覧から編集してください。"), field="digits")


def snapshot(rate: Rate) -> dict[str, str | int]:
    """Field name → plain value, for the audit trail."""
    return {
        "prefix": rate.prefix,
        "name": rate.name,
        "unit_s": rate.unit_s,
        "unit_yen": rate.plain_yen,
    }


def stamp_of(rate: Rate) -> str:
    """What tells whether a rate is still the one that a form showed."""
    return sealing.fingerprint(str(snapshot(rate)), purpose="rate")


def _locked(rate: Rate) -> Rate:
    current = Rate.objects.select_for_update().filter(pk=rate.pk).first()
    if current is None:
        raise Refusal(_("この料金はなくなっています。一覧に戻ってください。"))
    return current
