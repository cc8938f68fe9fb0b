"""Forms of アカウント一覧."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naisen.portal.devices.models import MOST_CALLS
from naisen.portal.people.choosing_one import OnePerson
from naisen.portal.people.digits import half_width
from naisen.portal.tenants.models import Tenant


class DeviceSearch(forms.Form):
    """What the list may be narrowed by (S1-100)."""

    person = OnePerson(
        label=_("ユーザ"),
        is_lenient=True,
        empty_label=_("選択してください"),
        widget=forms.Select(attrs={"class": "control"}),
    )
    extension = forms.CharField(
        label=_("内線番号"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "control num", "inputmode": "numeric", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("レジスト状況"),
        required=False,
        choices=[("", _("すべて")), ("registered", _("登録中")), ("missing", _("対応が必要"))],
        widget=forms.Select(attrs={"class": "control"}),
    )
    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "class": "control",
                "type": "search",
                "data-search": True,
                "placeholder": _("名前・フリガナ・内線番号・アカウント"),
            }
        ),
    )

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = tenant
        field = self.fields["person"]
        assert isinstance(field, OnePerson)
        field.offer(tenant)

    def clean_extension(self) -> str:
        """Full-width digits count as digits."""
        return half_width(self.cleaned_data["extension"])

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search; a condition that cannot be read is left out.

        A person who is not clear yet, because there are many and somebody still types, counts as words.
        """
        self.is_valid()
        person = self.cleaned_data.get("person")
        field = self.fields["person"]
        assert isinstance(field, OnePerson)
        half = half_width(self.data.get("person", ""))[:100] if field.is_searched and not person else ""
        return {
            "tenant": self.tenant,
            "words": f"{self.cleaned_data.get('q', '')} {half}".strip(),
            "person_id": person.pk if person else None,
            "extension": self.cleaned_data.get("extension", ""),
            "state": self.cleaned_data.get("state", ""),
        }


class AssignForm(forms.Form):
    """Who uses a device: a person, or nobody = 未使用 (S1-105)."""

    person = OnePerson(
        label=_("ユーザ"),
        empty_label=_("未使用"),
        widget=forms.Select(attrs={"class": "control", "autofocus": True}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, tenant: Tenant, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, OnePerson)
        field.offer(tenant)
        field.widget.attrs["aria-label"] = _("アカウント %(code)s のユーザ") % {"code": code}

    def all_errors(self) -> list[str]:
        """Every message, for the short form in a table's row."""
        return [str(message) for messages in self.errors.values() for message in messages]


class CallsForm(forms.Form):
    """How many calls a device may have at once."""

    max_calls = forms.IntegerField(
        label=_("同時通話数"),
        help_text=_("鳴っている電話も数えます。1にすると、通話中にほかの電話は鳴りません。"),
        min_value=1,
        max_value=MOST_CALLS,
        widget=forms.NumberInput(attrs={"class": "control num"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
