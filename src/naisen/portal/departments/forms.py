"""Forms of 所属マスタ (S1-80 … S1-84)."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naisen.portal.departments import queries
from naisen.portal.departments.actions import DepartmentData, check
from naisen.portal.departments.models import Department
from naisen.portal.numbering.actions import refuse_taken
from naisen.portal.people.choosing import ChoosesPeople, Chosen, People
from naisen.portal.people.digits import half_width
from naisen.portal.people.forms import DIGITS, Digits, not_emergency, text
from naisen.portal.people.models import LONGEST_RING_S
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.models import Tenant


class DepartmentForm(ChoosesPeople):
    """Everything about a department. `department` None registers a new one."""

    name = forms.CharField(label=_("所属名"), max_length=100, widget=text())
    extension = Digits(
        label=_("所属共通内線番号"),
        help_text=_("この番号に発信すると、選んだユーザの端末が同時に鳴ります。半角数字7桁以内。"),
        max_length=7,
        validators=[DIGITS, not_emergency],
        widget=text(inputmode="numeric"),
    )
    multicast = forms.TypedChoiceField(
        label=_("マルチキャスト"),
        help_text=_(
            "構内放送です。この番号への発信は一方向になり、ユーザの端末が自動で応答して流します。"
            "ユーザからは話せません。"
        ),
        choices=[("on", _("使用する")), ("off", _("使用しない"))],
        initial="off",
        coerce=lambda value: value == "on",
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    ring_timeout_s = forms.IntegerField(
        label=_("ダイヤルタイムアウト"),
        min_value=1,
        max_value=LONGEST_RING_S,
        initial=360,
        widget=forms.NumberInput(attrs={"class": "control num"}),
    )
    members = People(label=_("ユーザ"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        tenant: Tenant,
        department: Department | None = None,
        searching: bool = False,
    ) -> None:
        self.tenant, self.department = tenant, department
        super().__init__(
            data,
            tenant=tenant,
            chosen={"members": chosen_of(department)},
            searching=searching,
            initial=initial_of(department) if department else None,
        )
        if not tenant.has_multicast:
            del self.fields["multicast"]
        if department is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def clean_extension(self) -> str:
        """Free, or already this department's."""
        digits = str(self.cleaned_data["extension"])
        if self.department is None or self.department.number.digits != digits:
            self._try(lambda: refuse_taken(tenant=self.tenant, digits=digits))
        return digits

    def clean(self) -> dict[str, Any]:
        """The rules of the action, so that all errors show at once."""
        cleaned = super().clean() or {}
        if "name" in cleaned:
            data = DepartmentData(name=cleaned["name"], extension="")
            self._try(lambda: check(self.tenant, data, but=self.department))
        return cleaned

    def _try(self, rule: Any) -> None:
        try:
            rule()
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.message)

    def data_of_department(self) -> DepartmentData:
        """The valid form as the actions take it."""
        cleaned = self.cleaned_data
        return DepartmentData(
            name=cleaned["name"],
            extension=cleaned["extension"],
            multicast=cleaned.get("multicast", False),
            ring_timeout_s=cleaned["ring_timeout_s"],
        )


def chosen_of(department: Department | None) -> Chosen:
    """Who belongs to the department now, and where chips.js finds more people."""
    if department is None:
        return Chosen(queries.members(None), reverse("department_candidates"))
    return Chosen(queries.members(department), reverse("department_member_candidates", args=[department.pk]))


def initial_of(department: Department) -> dict[str, Any]:
    """What the form shows of a department that is stored, but for its people."""
    return {
        "name": department.name,
        "extension": department.number.digits,
        "multicast": "on" if department.multicast else "off",
        "ring_timeout_s": department.ring_timeout_s,
        "version": department.version,
    }


class DepartmentSearch(forms.Form):
    """What the list may be narrowed by."""

    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=text(**{"type": "search", "data-search": True, "placeholder": _("所属名・所属共通内線番号")}),
    )

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search."""
        self.is_valid()
        return {"words": half_width(self.cleaned_data.get("q", ""))}
