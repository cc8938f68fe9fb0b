"""What 変更履歴 may be narrowed by."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from naisen.portal.audit.words import KINDS
from naisen.portal.frame.choices import QuickSelect
from naisen.portal.sign_in.logins import logins
from naisen.portal.tenants.models import Tenant

SYSTEM = "0"


def day(label: Any) -> forms.DateField:
    """One day."""
    attributes = {"class": "control num", "type": "date", "max": "9999-12-31"}
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=attributes)
    )


def choice(label: Any) -> forms.ChoiceField:
    """One of a few, or any."""
    return forms.ChoiceField(label=label, required=False, widget=QuickSelect(attrs={"class": "control"}))


class HistorySearch(forms.Form):
    """Period, who, which kind of object, words; and one object, which its own page links to."""

    since = day(_("開始日"))
    until = day(_("終了日"))
    actor = choice(_("変更した人"))
    kind = choice(_("対象"))
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
                "placeholder": _("名前・内線番号・値"),
            }
        ),
    )
    object = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(tenant.time_zone)
        anybody, anything = ("", _("すべて")), ("", _("すべて"))
        people = [(str(login.pk), login.name) for login in logins(tenant)]
        self._offer("actor", [anybody, *people, (SYSTEM, _("システム"))])
        self._offer("kind", [anything, *KINDS.items()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def criteria(self) -> dict[str, Any]:
        """The arguments of queries.search; a condition that cannot be read is left out."""
        self.is_valid()
        cleaned = self.cleaned_data
        until: date | None = cleaned.get("until")
        kind = cleaned.get("kind", "")
        return {
            "words": cleaned.get("q", ""),
            "since": self._midnight(cleaned.get("since")),
            "until": self._midnight(until + timedelta(days=1)) if until and until < date.max else None,
            "actor_id": int(cleaned["actor"]) if cleaned.get("actor") else None,
            "object_type": kind,
            "object_id": cleaned.get("object") if kind else None,
        }

    def _midnight(self, on: date | None) -> datetime | None:
        return datetime.combine(on, time(), self.zone) if on else None
