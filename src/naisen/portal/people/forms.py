"""The form of one person: the rules of ユーザ登録, of ユーザ編集, and of a CSV row (S1-30 … S1-42)."""

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naisen.portal.departments.models import Department
from naisen.portal.departments.queries import departments, names_of_departments
from naisen.portal.devices.models import Device
from naisen.portal.devices.queries import assignable
from naisen.portal.frame.choices import Noted, QuickSelect, Several, SeveralSearched
from naisen.portal.lines.models import Line
from naisen.portal.lines.queries import lines
from naisen.portal.numbering.actions import emergency, refuse_taken
from naisen.portal.people.actions import PersonData
from naisen.portal.people.digits import half_width
from naisen.portal.people.forwarding import (
    Forwarding,
    ForwardingFields,
    Owner,
    check_forwarding,
    default_line_of,
)
from naisen.portal.people.models import LONGEST_RING_S, Person
from naisen.portal.people.pins import LONGEST, check_pin
from naisen.portal.people.queries import linked_ids
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.models import Tenant
from naisen.routing.japan import EMERGENCY

# How many 未使用 devices the page holds; more are searched for.
OFFERED = 50
DIGITS = RegexValidator(r"^[0-9]{1,7}\Z", _("内線番号は半角数字7桁以内で入力してください。"))


def text(**attributes: Any) -> forms.TextInput:
    """A one-line text control."""
    return forms.TextInput(attrs={"class": "control", "autocomplete": "off", **attributes})


def name_of_department(department: Department) -> str:
    """営業部, with its number beside it."""
    return Noted(department.name, department.number.digits)


def name_of_device(device: Device) -> str:
    """`login [server]` (S1-38), with its ID and kind beside it."""
    return Noted(str(device), f"{device.code} {device.get_kind_display()}")


def not_emergency(digits: str) -> None:
    """Refuse 110, 118 and 119 as anybody's extension (C-12)."""
    if digits in EMERGENCY:
        raise ValidationError(emergency(digits))


class Digits(forms.CharField):
    """Digits; full-width ones count."""

    def to_python(self, value: Any) -> str:
        """Half-width digits."""
        return half_width(super().to_python(value) or "")


class PersonForm(ForwardingFields):
    """Everything about a person. `person` None registers a new one."""

    name = forms.CharField(label=_("ユーザ名"), max_length=100, widget=text())
    kana = forms.CharField(label=_("フリガナ"), max_length=200, required=False, widget=text())
    extension = Digits(
        label=_("内線番号"),
        help_text=_("半角数字7桁以内。ほかのユーザや所属と同じ番号は使えません。"),
        max_length=7,
        validators=[DIGITS, not_emergency],
        widget=text(inputmode="numeric"),
    )
    pin = Digits(
        label=_("パスワード"),
        help_text=_("半角数字のみ10桁まで設定可能"),
        max_length=LONGEST,
        required=False,
        widget=forms.PasswordInput(
            render_value=True,
            attrs={"class": "control", "autocomplete": "new-password", "inputmode": "numeric"},
        ),
    )
    remove_pin = forms.BooleanField(
        label=_("設定済みのパスワードを消す"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )
    departments = Several(label=_("所属名"), label_of=name_of_department)
    default_line = forms.ModelChoiceField(
        label=_("ユーザ固有初期回線"),
        help_text=_("回線を選ばずに発信したときに使う回線です。"),
        queryset=Line.objects.none(),
        required=False,
        empty_label=_("共通初期回線"),
        widget=QuickSelect(attrs={"class": "control"}),
    )
    pickup_departments = Several(
        label=_("ピックアップ対象所属"),
        help_text=_("選んだ所属で鳴っている電話に、代わりに出られます。"),
        label_of=name_of_department,
    )
    devices = SeveralSearched(
        label=_("アカウント"),
        help_text=_("未使用の端末から選びます。あとでアカウント一覧でも選べます。"),
        label_of=name_of_device,
    )
    inbound_lines = Several(label=_("着信回線"), help_text=_("この回線への電話で、端末が鳴ります。"))
    outbound_lines = Several(label=_("発信回線"), help_text=_("この回線で発信できます。"))
    ring_timeout_s = forms.IntegerField(
        label=_("内線ダイヤルタイムアウト"),
        min_value=1,
        max_value=LONGEST_RING_S,
        initial=60,
        widget=forms.NumberInput(attrs={"class": "control num"}),
    )
    memo = forms.CharField(
        label=_("メモ"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"class": "control", "rows": 3}),
    )

    def __init__(self, *args: Any, tenant: Tenant, person: Person | None = None, **kwargs: Any) -> None:
        self.tenant, self.person = tenant, person
        if person is not None:
            kwargs["initial"] = initial_of(person)
        super().__init__(*args, **kwargs)
        self._offer(tenant, person)
        if person is None or not person.pin_hash:
            del self.fields["remove_pin"]
        else:
            self.fields["pin"].widget.attrs["placeholder"] = _("変更するときだけ入力")
        if person is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def _offer(self, tenant: Tenant, person: Person | None) -> None:
        """Set what may be chosen; each kind of row is read once, for however many fields show it."""
        offers: dict[QuerySet[Any], tuple[str, ...]] = {
            departments(tenant): ("departments", "pickup_departments"),
            lines(tenant): ("inbound_lines", "outbound_lines", "default_line"),
        }
        for rows, names in offers.items():
            for name in names:
                self._offer_rows(name, rows)
        self._offer_devices(tenant, person)

    def _offer_devices(self, tenant: Tenant, person: Person | None) -> None:
        """Offer the person's devices, those that were ticked, and the first of the others; the page asks for more."""
        field = self.fields["devices"]
        assert isinstance(field, SeveralSearched)
        field.queryset = assignable(tenant, person)
        own = list(person.devices.all()) if person else []
        others = list(assignable(tenant, None)[: OFFERED + 1])
        rows = {device.pk: device for device in [*own, *others[:OFFERED]]}
        if len(others) > OFFERED:
            field.source = reverse("person_devices", args=[person.pk]) if person else reverse("spare_devices")
            missing = self._ticked_devices() - rows.keys()
            rows |= {device.pk: device for device in field.queryset.filter(pk__in=missing)} if missing else {}
        field.choices = [
            (pk, name_of_device(rows[pk])) for pk in sorted(rows, key=lambda pk: rows[pk].serial)
        ]

    def _ticked_devices(self) -> set[int]:
        """Ids of devices in the sent form, which may be found by searching; odd ones are the field's to refuse."""
        sent = self.data.getlist("devices") if isinstance(self.data, QueryDict) else []
        return {int(pk) for pk in sent if pk.isascii() and pk.isdigit() and len(pk) < 19}

    def _offer_rows(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        choices = [(row.pk, field.label_from_instance(row)) for row in rows]
        if name == "departments":
            self.has_departments = bool(choices)
        none = [("", field.empty_label or "")] if not isinstance(field, Several) else []
        field.choices = [*none, *choices]

    def clean_extension(self) -> str:
        """Free, or already this person's."""
        digits = str(self.cleaned_data["extension"])
        if self.person is None or self.person.number.digits != digits:
            self._try(lambda: refuse_taken(tenant=self.tenant, digits=digits))
        return digits

    def clean(self) -> dict[str, Any]:
        """Rules over more than one field; those of the actions, so that all errors show at once."""
        cleaned = super().clean() or {}
        if cleaned.get("pin"):
            self._try(lambda: check_pin(cleaned["pin"], extension=cleaned.get("extension", "")))
        if not self.errors:
            self._try(lambda: check_forwarding(self.forwarding(), self._owner()))
        return cleaned

    def _owner(self) -> Owner:
        cleaned = self.cleaned_data
        line = default_line_of(self.tenant, cleaned["default_line"], cleaned["outbound_lines"])
        return Owner(self.tenant, cleaned["extension"], line)

    def _try(self, rule: Any) -> None:
        try:
            rule()
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.message)

    def data_of_person(self) -> PersonData:
        """The valid form as the actions take it."""
        cleaned = self.cleaned_data
        return PersonData(
            name=cleaned["name"],
            kana=cleaned["kana"],
            extension=cleaned["extension"],
            pin=cleaned["pin"] or ("" if cleaned.get("remove_pin") else None),
            default_line=cleaned["default_line"],
            ring_timeout_s=cleaned["ring_timeout_s"],
            memo=cleaned["memo"],
            forwarding=self.forwarding(),
            departments=tuple(cleaned["departments"]),
            pickup_departments=tuple(cleaned["pickup_departments"]),
            inbound_lines=tuple(cleaned["inbound_lines"]),
            outbound_lines=tuple(cleaned["outbound_lines"]),
            devices=tuple(cleaned["devices"]),
        )


def initial_of(person: Person) -> dict[str, Any]:
    """What the form shows of a person that is stored."""
    return {
        "name": person.name,
        "kana": person.kana,
        "extension": person.number.digits,
        "default_line": person.default_line,
        "devices": list(person.devices.all()),
        **linked_ids(person),
        "ring_timeout_s": person.ring_timeout_s,
        "memo": person.memo,
        **Forwarding.of(person).columns(),
        "version": person.version,
    }


class PeopleSearch(forms.Form):
    """What ユーザ一覧 may be narrowed by (S1-20)."""

    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=text(**{"type": "search", "data-search": True, "placeholder": _("名前・フリガナ・内線番号")}),
    )
    department = forms.TypedChoiceField(
        label=_("所属"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=QuickSelect(attrs={"class": "control"}),
    )

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = cache(lambda: [("", _("選択してください")), *names_of_departments(tenant)])

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search."""
        self.is_valid()
        return {
            "words": half_width(self.cleaned_data.get("q", "")),
            "department_id": self.cleaned_data.get("department"),
        }
