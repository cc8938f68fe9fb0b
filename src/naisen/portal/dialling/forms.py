"""What 「誰が鳴るか」 asks for."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.lines.queries import lines
from naisen.portal.people.choosing_one import OnePerson
from naisen.portal.people.digits import telephone_number
from naisen.portal.people.forms import text
from naisen.portal.tenants.models import Tenant

DIALLED = r"^\+?[0-9*#]{1,32}\Z"
INSIDE, OUTSIDE = "inside", "outside"
AS_NOW, ALL = "now", "all"
FULL_WIDTH_SIGNS = str.maketrans("＊＃", "*#")
DAYS = (
    ("", _("いま")),
    *enumerate((_("月曜日"), _("火曜日"), _("水曜日"), _("木曜日"), _("金曜日"), _("土曜日"), _("日曜日"))),
)


class DialledField(forms.CharField):
    """What somebody dials: digits, * and #; hyphens and brackets go."""

    def to_python(self, value: Any) -> str:
        """In half-width characters."""
        return telephone_number(super().to_python(value) or "").translate(FULL_WIDTH_SIGNS)


def select() -> forms.Select:
    """A plain select."""
    return forms.Select(attrs={"class": "control"})


class CallForm(forms.Form):
    """A call that nobody makes: who calls, what is dialled, and when."""

    side = forms.ChoiceField(
        label=_("かける人"),
        choices=((INSIDE, _("社内のユーザ")), (OUTSIDE, _("外からの電話"))),
        initial=INSIDE,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    caller = OnePerson(label=_("ユーザ"), empty_label=_("選択してください"), widget=select())
    device = forms.ModelChoiceField(
        label=_("端末"),
        queryset=Device.objects.none(),
        required=False,
        empty_label=_("最初の端末"),
        widget=select(),
    )
    digits = DialledField(
        label=_("ダイヤルする番号"),
        help_text=_("内線番号、外線の番号、または機能番号。"),
        required=False,
        max_length=40,
        validators=[RegexValidator(DIALLED, _("数字と * # で入力してください。"))],
        widget=text(inputmode="tel"),
    )
    line = forms.ModelChoiceField(
        label=_("かかってくる回線"),
        queryset=Line.objects.none(),
        required=False,
        empty_label=_("選択してください"),
        widget=select(),
    )
    number = DialledField(
        label=_("相手の番号"),
        help_text=_("空のときは非通知です。"),
        required=False,
        max_length=40,
        validators=[RegexValidator(r"^(\+?[0-9]{1,20})?\Z", _("数字で入力してください。"))],
        widget=text(inputmode="tel"),
    )
    weekday = forms.ChoiceField(
        label=_("曜日"),
        help_text=_("パスワードの開始時刻や解約日など、時刻で決まる設定を、次のその曜日で確かめます。"),
        choices=[(str(key), words) for key, words in DAYS],
        required=False,
        widget=select(),
    )
    time = forms.TimeField(
        label=_("時刻"),
        required=False,
        widget=forms.TimeInput(attrs={"class": "control", "type": "time"}, format="%H:%M"),
    )
    registrations = forms.ChoiceField(
        label=_("端末の登録"),
        choices=((AS_NOW, _("いまの状態")), (ALL, _("すべて登録中とみなす"))),
        initial=AS_NOW,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )

    def __init__(self, data: QueryDict | None = None, *, tenant: Tenant) -> None:
        super().__init__(data)
        self.tenant = tenant
        caller, line = self.fields["caller"], self.fields["line"]
        assert isinstance(caller, OnePerson)
        assert isinstance(line, forms.ModelChoiceField)
        caller.offer(tenant)
        line.queryset = lines(tenant).select_related("no_answer_department__number")
        self._offer_devices()

    def _offer_devices(self) -> None:
        """The devices of the person who was chosen; nobody's before."""
        field = self.fields["device"]
        assert isinstance(field, forms.ModelChoiceField)
        try:
            caller = self.fields["caller"].clean(self["caller"].data) if self.is_bound else None
        except forms.ValidationError:
            caller = None
        field.queryset = Device.objects.filter(tenant=self.tenant, person=caller).select_related("server")
        if caller is None:
            field.queryset = field.queryset.none()

    def clean(self) -> dict[str, Any]:
        """What each side needs."""
        cleaned = super().clean() or {}
        if cleaned.get("side") == OUTSIDE:
            self._need("line", _("かかってくる回線を選んでください。"))
        else:
            self._need("caller", _("かけるユーザを選んでください。"))
            self._need("digits", _("ダイヤルする番号を入力してください。"))
            if cleaned.get("caller") and not self._device(cleaned):
                self.add_error("caller", _("このユーザには端末がないため、発信できません。"))
        return cleaned

    def _need(self, name: str, message: Any) -> None:
        if not self.errors.get(name) and not self.cleaned_data.get(name):
            self.add_error(name, message)

    def _device(self, cleaned: dict[str, Any]) -> Device | None:
        """The chosen device, or the first of the person's."""
        field = self.fields["device"]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        chosen: Device | None = cleaned.get("device") or field.queryset.order_by("serial").first()
        return chosen

    def device_id(self) -> int:
        """Which device calls, of a valid form."""
        device = self._device(self.cleaned_data)
        assert device is not None
        return device.pk

    def is_outside(self) -> bool:
        """Whether the call comes in on a line."""
        return bool(self.cleaned_data["side"] == OUTSIDE)

    def all_registered(self) -> bool:
        """Whether every device is taken for registered."""
        return bool(self.cleaned_data["registrations"] == ALL)

    def at(self, now: datetime) -> datetime:
        """The moment asked about: now, or the next time that the weekday and the time come together."""
        weekday, time = self.cleaned_data["weekday"], self.cleaned_data["time"]
        if not weekday and time is None:
            return now
        local = now.astimezone(ZoneInfo(self.tenant.time_zone))
        days = (int(weekday) - local.weekday()) % 7 if weekday else 0
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, time or local.time(), local.tzinfo)
        return found if found >= now else found + timedelta(days=7 if weekday else 1)
