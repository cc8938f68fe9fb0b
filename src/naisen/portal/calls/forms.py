"""What the call history may be narrowed by."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naisen.portal.audit.forms import choice, day
from naisen.portal.calls.models import CallRecord
from naisen.portal.people.digits import half_width
from naisen.portal.tenants.models import Tenant

DAYS = 7
"""So many days are shown to somebody who has not chosen a period."""


class CallSearch(forms.Form):
    """Period, direction, result, line, and a part of a name or number; the last DAYS days at first."""

    since = day(_("開始日"))
    until = day(_("終了日"))
    direction = choice(_("種別"))
    result = choice(_("結果"))
    line = choice(_("回線"))
    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "class": "control",
                "type": "search",
                "data-search": True,
                "autocomplete": "off",
                "placeholder": _("名前・内線番号・電話番号の一部"),
            }
        ),
    )

    def __init__(self, data: QueryDict, *, tenant: Tenant, lines: list[tuple[int, str]]) -> None:
        self.zone = ZoneInfo(tenant.time_zone)
        sent = data.copy()
        if "since" not in sent:
            today = timezone.now().astimezone(self.zone).date()
            sent["since"] = f"{today - timedelta(days=DAYS - 1)}"
        super().__init__(sent)
        self._choices: dict[str, list[tuple[str, Any]]] = {}
        anything = ("", _("すべて"))
        self._offer("direction", [anything, *CallRecord.Direction.choices])
        self._offer("result", [anything, *CallRecord.Result.choices])
        self._offer("line", [anything, *((str(pk), name) for pk, name in lines)])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self._choices[name] = choices

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search; a condition that cannot be read is left out."""
        self.is_valid()
        cleaned = self.cleaned_data
        until: date | None = cleaned.get("until")
        return {
            "words": half_width(cleaned.get("q", "")),
            "since": self._midnight(cleaned.get("since")),
            "until": self._midnight(until + timedelta(days=1)) if until and until < date.max else None,
            "direction": cleaned.get("direction", ""),
            "result": cleaned.get("result", ""),
            "line_id": int(cleaned["line"]) if cleaned.get("line") else None,
        }

    def in_words(self) -> str:
        """The conditions that are set, for the audit trail: 「開始日: 2026-11-18、結果: 応答なし」."""
        self.is_valid()
        return "、".join(
            f"{bound.label}: {self._shown(bound.name)}" for bound in self if self.cleaned_data.get(bound.name)
        )

    def _shown(self, name: str) -> str:
        field, value = self.fields[name], self.cleaned_data[name]
        if not isinstance(field, forms.ChoiceField):
            return str(value)
        return next((str(label) for key, label in self._choices[name] if key == value), str(value))

    def _midnight(self, on: date | None) -> datetime | None:
        return datetime.combine(on, time(), self.zone) if on else None
