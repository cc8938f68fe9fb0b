"""Forms of 回線情報一覧 and 発着信設定 (S1-120)."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from naisen.portal.departments.models import Department
from naisen.portal.departments.queries import departments
from naisen.portal.frame.choices import QuickSelect
from naisen.portal.lines import queries
from naisen.portal.lines.actions import LineSettings, check, refuse_default_users
from naisen.portal.lines.models import FORWARD_NUMBER, Line
from naisen.portal.people.choosing import ChoosesPeople, Chosen, People
from naisen.portal.people.digits import half_width, telephone_number
from naisen.portal.people.forms import text
from naisen.portal.people.models import LONGEST_RING_S
from naisen.portal.refusals import Refusal

GROUPS = ("recipients", "callers")


class TelephoneNumber(forms.CharField):
    """A number to dial; full-width digits count, hyphens and brackets go."""

    def to_python(self, value: Any) -> str:
        """Digits, perhaps after a plus sign."""
        return telephone_number(super().to_python(value) or "")


class DepartmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # has none at run time
    """A department by name and number."""

    def label_from_instance(self, obj: Department) -> str:
        """「営業部【100】」."""
        return f"{obj.name}【{obj.number.digits}】"


class LineForm(ChoosesPeople):
    """発着信設定 of one line."""

    recipients = People(
        label=_("着信するユーザ"), help_text=_("この回線への電話で、選んだユーザの端末が同時に鳴ります。")
    )
    callers = People(label=_("発信できるユーザ"), help_text=_("選んだユーザが、この回線で発信できます。"))
    ring_timeout_s = forms.IntegerField(
        label=_("ダイヤルタイムアウト"),
        min_value=1,
        max_value=LONGEST_RING_S,
        widget=forms.NumberInput(attrs={"class": "control num"}),
    )
    no_answer = forms.ChoiceField(
        label=_("応答がないとき"),
        help_text=_("ダイヤルタイムアウトまでに誰も出ないとき、または鳴らせる端末がないときの動作です。"),
        choices=Line.NoAnswer.choices,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    no_answer_number = TelephoneNumber(
        label=_("転送先の番号"),
        help_text=_("内線番号、または外線の電話番号。"),
        max_length=40,
        required=False,
        validators=[RegexValidator(FORWARD_NUMBER, _("番号は数字20桁以内で入力してください。"))],
        widget=text(inputmode="tel"),
    )
    no_answer_department = DepartmentChoice(
        label=_("鳴らす所属"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("選択してください"),
        widget=QuickSelect(attrs={"class": "control"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, line: Line, searching: bool = False) -> None:
        self.line = line
        super().__init__(
            data,
            tenant=line.tenant,
            chosen={group: chosen_of(line, group) for group in GROUPS},
            searching=searching,
            initial={
                "ring_timeout_s": line.ring_timeout_s,
                "no_answer": line.no_answer,
                "no_answer_number": line.no_answer_number,
                "no_answer_department": line.no_answer_department_id,
                "version": line.version,
            },
        )
        field = self.fields["no_answer_department"]
        assert isinstance(field, DepartmentChoice)
        field.queryset = departments(line.tenant)

    def clean(self) -> dict[str, Any]:
        """The rules of the action, so that all errors show at once."""
        cleaned = super().clean() or {}
        if not self.errors:
            self._try(lambda: check(self.line, self.settings()))
            self._try(lambda: refuse_default_users(self.line, self.difference("callers")))
        return cleaned

    def _try(self, rule: Any) -> None:
        try:
            rule()
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.message)

    def settings(self) -> LineSettings:
        """The valid form as the action takes it: only what belongs to the choice of 応答がないとき."""
        cleaned = self.cleaned_data
        choice = cleaned["no_answer"]
        return LineSettings(
            ring_timeout_s=cleaned["ring_timeout_s"],
            no_answer=choice,
            no_answer_number=cleaned["no_answer_number"] if choice == Line.NoAnswer.FORWARD else "",
            no_answer_department=(
                cleaned["no_answer_department"] if choice == Line.NoAnswer.DEPARTMENT else None
            ),
        )


def chosen_of(line: Line, group: str) -> Chosen:
    """Who is in one of the line's two groups now, and where chips.js finds more people."""
    people = queries.recipients(line) if group == "recipients" else queries.callers(line)
    return Chosen(people, reverse("line_candidates", args=[line.pk, group]))


class LineSearch(forms.Form):
    """What 回線情報一覧 may be narrowed by."""

    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=text(
            **{"type": "search", "data-search": True, "placeholder": _("回線名・回線番号・識別番号")}
        ),
    )

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search."""
        self.is_valid()
        return {"words": half_width(self.cleaned_data.get("q", ""))}
