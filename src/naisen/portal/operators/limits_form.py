"""The form of a tenant's limits."""

import json

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naisen.portal.frame.choices import Noted
from naisen.portal.operators.forms import MOST_CALLS, count_control
from naisen.portal.tenants.countries import country_codes, name_of, prefix_of
from naisen.portal.tenants.limits import TenantLimits, columns
from naisen.portal.tenants.models import Tenant

MOST_A_MINUTE = 6_000
MOST_YEN = 100_000_000


class LimitsForm(forms.Form):
    """同時通話数, 1分あたりの発信数, 許可する国, 1日の上限; hidden beside them what the operator has seen."""

    max_calls = forms.IntegerField(
        label=_("同時通話数"),
        help_text=_("サークル全体で同時に話せる通話の数。空のときは制限しません。"),
        min_value=1,
        max_value=MOST_CALLS,
        required=False,
        widget=count_control(),
    )
    calls_per_minute = forms.IntegerField(
        label=_("1分あたりの発信数"),
        help_text=_("端末が乗っ取られたときの被害を抑えます。"),
        min_value=1,
        max_value=MOST_A_MINUTE,
        widget=count_control(),
    )
    yen_per_day = forms.IntegerField(
        label=_("1日の上限"),
        help_text=_(
            "その日の通話料がこの額に達すると、外への発信を断り、外との通話を切ります。空のときは制限しません。"
        ),
        min_value=0,
        max_value=MOST_YEN,
        required=False,
        widget=count_control(),
    )
    allowed_countries = forms.MultipleChoiceField(
        label=_("許可する国"),
        help_text=_(
            "選んだ国にだけ発信できます。選ばない国への発信はすべて断ります。はじめはどの国も選ばれていません。"
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, tenant: Tenant) -> None:
        self.now = columns(TenantLimits.of(tenant))
        super().__init__(data, initial={**self.now, "seen": json.dumps(self.now)})
        field = self.fields["allowed_countries"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = countries()

    def clean_seen(self) -> TenantLimits:
        """What the page showed when it was opened."""
        try:
            return _limits(json.loads(self.cleaned_data["seen"]))
        except (ValueError, TypeError, KeyError) as error:
            raise forms.ValidationError(_("もう一度、画面を開いてから操作してください。")) from error

    def seen_limits(self) -> TenantLimits:
        """Those of the hidden field."""
        seen = self.cleaned_data["seen"]
        assert isinstance(seen, TenantLimits)
        return seen

    def limits(self) -> TenantLimits:
        """The valid form as the action takes it."""
        return _limits(self.cleaned_data)

    def renewed(self) -> QueryDict:
        """The same input, to be sent again over what is stored now."""
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["seen"] = json.dumps(self.now)
        return data


def countries() -> list[tuple[str, str]]:
    """Every country: letters, and the name with +81 beside it."""
    language = get_language() or "ja"
    found = [(code, Noted(name_of(code, language), f"{code} {prefix_of(code)}")) for code in country_codes()]
    return sorted(found, key=lambda choice: choice[1])


def _limits(values: dict[str, object]) -> TenantLimits:
    return TenantLimits(
        max_calls=values["max_calls"],  # type: ignore[arg-type]  # the action stores nothing of another shape
        calls_per_minute=values["calls_per_minute"],  # type: ignore[arg-type]
        allowed_countries=tuple(sorted(values["allowed_countries"])),  # type: ignore[call-overload]
        yen_per_day=values["yen_per_day"],  # type: ignore[arg-type]
    )
