"""転送と着信拒否 of a person: where calls go on to, and when they ring nowhere at all (C-02, D-03)."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from naisen.portal.lines.models import FORWARD_NUMBER, Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.digits import telephone_number
from naisen.portal.people.models import FORWARDS, Person
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.countries import name_of
from naisen.portal.tenants.models import Tenant
from naisen.routing.inside import EXTENSION
from naisen.routing.japan import (
    REFUSED_KINDS,
    UNKNOWN_COUNTRY,
    Kind,
    OutsideNumber,
    country_of,
    outside_number,
)

# How far the forwarding of others is followed to find a circle; routing itself stops sooner.
FARTHEST = 20


@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """What becomes of calls to a person. Each target is an extension or a number outside, '' for none."""

    do_not_disturb: bool = False
    forward_always: str = ""
    forward_busy: str = ""
    forward_no_answer: str = ""
    forward_unregistered: str = ""

    @classmethod
    def of(cls, person: Person) -> "Forwarding":
        """As it is stored."""
        return cls(do_not_disturb=person.do_not_disturb, **{name: getattr(person, name) for name in FORWARDS})

    def columns(self) -> dict[str, Any]:
        """As the person's row, the form and the audit trail have it."""
        return asdict(self)

    def targets(self) -> Mapping[str, str]:
        """Field → where to, of those that are set."""
        return {name: target for name in FORWARDS if (target := getattr(self, name))}


@dataclass(frozen=True)
class Owner:
    """Whose forwarding it is: the tenant, the extension, and the line that calls outside go out on by default.

    `line` None: the person may call out on no line by default.
    """

    tenant: Tenant
    extension: str
    line: Line | None


def default_line_of(tenant: Tenant, own: Line | None, allowed: Collection[Line]) -> Line | None:
    """The line that the person's calls go out on when none is chosen (S1-36, S1-40)."""
    line = own or tenant.common_line
    return line if line in allowed else None


def check_forwarding(forwarding: Forwarding, owner: Owner) -> None:
    """Raise Refusal, at the first field that leads nowhere, with what to do."""
    for field, target in forwarding.targets().items():
        message = _trouble(target, owner)
        if not message and field == "forward_always":
            message = _circle(target, owner)
        if message:
            raise Refusal(message, field=field)


def _trouble(target: str, owner: Owner) -> str:
    if target == owner.extension:
        return _("自分の内線番号へは転送できません。別の番号にしてください。")
    if EXTENSION.match(target) and Number.objects.filter(tenant=owner.tenant, digits=target).exists():
        return ""
    number = outside_number(target)
    if number is None:
        return _("%(number)s という内線番号はなく、外線の番号でもありません。番号を確かめてください。") % {
            "number": target
        }
    return _outside_trouble(number, owner)


def _outside_trouble(number: OutsideNumber, owner: Owner) -> str:
    if number.kind in REFUSED_KINDS or number.kind is Kind.EMERGENCY:
        return _("%(number)s へは転送できません。別の番号にしてください。") % {"number": number.number}
    country = country_of(number.number) if number.kind is Kind.ABROAD else ""
    if country and country not in owner.tenant.allowed_countries:
        name = name_of(country, get_language() or "ja") if country != UNKNOWN_COUNTRY else _("不明")
        return _(
            "海外(%(country)s)への発信は許可されていません。国内の番号にするか、回線のご契約先にお問い合わせください。"
        ) % {"country": name}
    if owner.line is None:
        return _(
            "外の番号へ転送するには、初期回線が発信回線に必要です。発信回線に加えるか、内線番号にしてください。"
        )
    return ""


def _circle(target: str, owner: Owner) -> str:
    """Follow 常に転送 of the others: does it come back?"""
    digits, path = target, [owner.extension]
    while digits and digits not in path and len(path) < FARTHEST:
        path.append(digits)
        next_one = owner.tenant.people.filter(number__digits=digits, stopped_at__isnull=True)
        digits = next_one.values_list("forward_always", flat=True).first() or ""
    if digits != owner.extension:
        return ""
    return _(
        "%(last)s が %(own)s に転送しているため、一巡します。先に %(last)s の転送をやめるか、別の番号にしてください。"
    ) % {"last": path[-1], "own": owner.extension}


class ForwardTarget(forms.CharField):
    """An extension or a number outside, as people write it; '' for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=40,
            required=False,
            validators=[
                RegexValidator(FORWARD_NUMBER, gettext_lazy("番号は数字20桁以内で入力してください。"))
            ],
            widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off", "inputmode": "tel"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        """Digits, perhaps after a plus sign."""
        return telephone_number(super().to_python(value) or "")


class ForwardingFields(forms.Form):
    """The section 「転送と着信拒否」 of a person's form."""

    do_not_disturb = forms.BooleanField(
        label=gettext_lazy("着信拒否"),
        help_text=gettext_lazy("端末を鳴らしません。「常に転送」は働きます。発信はできます。"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )
    forward_always = ForwardTarget(
        label=gettext_lazy("常に転送"),
        help_text=gettext_lazy(
            "端末は鳴らず、すべての電話がここへ行きます。内線番号、または外線の電話番号。"
        ),
    )
    forward_busy = ForwardTarget(
        label=gettext_lazy("話中のとき"), help_text=gettext_lazy("すべての端末が話中のときの転送先。")
    )
    forward_no_answer = ForwardTarget(
        label=gettext_lazy("応答がないとき"),
        help_text=gettext_lazy("内線ダイヤルタイムアウトまでに出ないときの転送先。"),
    )
    forward_unregistered = ForwardTarget(
        label=gettext_lazy("未登録のとき"), help_text=gettext_lazy("登録中の端末がないときの転送先。")
    )

    def forwarding(self) -> Forwarding:
        """Of a valid form."""
        return Forwarding(
            do_not_disturb=self.cleaned_data["do_not_disturb"],
            **{name: self.cleaned_data[name] for name in FORWARDS},
        )
