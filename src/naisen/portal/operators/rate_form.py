"""The operator's form of a rate (料金表)."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from naisen.portal.calls.models import RATE_PREFIX, Rate
from naisen.portal.calls.rate_actions import RateData, refuse_taken, stamp_of
from naisen.portal.lines.forms import TelephoneNumber
from naisen.portal.operators.forms import RefusingForm, count_control
from naisen.portal.people.forms import text

LONGEST_UNIT_S = 3600


class RateForm(RefusingForm):
    """料金の登録 and 編集. `rate` None: a new one."""

    digits = TelephoneNumber(
        label=_("番号の始まり"),
        help_text=_("国内は 0 から(例: 090)、国外は + と国番号(例: +44)。長く一致するものが使われます。"),
        max_length=13,
        validators=[RegexValidator(RATE_PREFIX, _("0 か + で始まる数字を入力してください(例: 090、+44)。"))],
        widget=text(inputmode="tel"),
    )
    name = forms.CharField(label=_("料金名"), max_length=100, widget=text())
    unit_s = forms.IntegerField(
        label=_("単位(秒)"),
        help_text=_("この秒数ごとに課金します。始まった単位は1つと数えます。"),
        min_value=1,
        max_value=LONGEST_UNIT_S,
        widget=count_control(),
    )
    unit_yen = forms.DecimalField(
        label=_("単位あたりの料金(円)"),
        min_value=0,
        max_digits=8,
        decimal_places=3,
        widget=count_control(step="0.001"),
    )

    def __init__(self, *args: Any, rate: Rate | None = None, **more: Any) -> None:
        """`rate`: the one that is edited."""
        self.rate = rate
        if rate is not None:
            more["initial"] = {
                "digits": rate.prefix,
                "name": rate.name,
                "unit_s": rate.unit_s,
                "unit_yen": rate.plain_yen,
                "stamp": stamp_of(rate),
            }
        super().__init__(*args, **more)
        if rate is not None:
            self.fields["stamp"] = forms.CharField(widget=forms.HiddenInput)

    def clean_digits(self) -> str:
        """Nobody else's."""
        digits = str(self.cleaned_data["digits"])
        if self.rate is None or self.rate.prefix != digits:
            self.try_rule(lambda: refuse_taken(digits))
        return digits

    def rate_data(self) -> RateData:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return RateData(
            prefix=cleaned["digits"],
            name=cleaned["name"],
            unit_s=cleaned["unit_s"],
            unit_yen=cleaned["unit_yen"],
        )
