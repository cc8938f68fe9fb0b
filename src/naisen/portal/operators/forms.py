"""The operator's forms: a trunk, a line of a tenant, a tenant's limits, and the searches."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from naisen.portal.lines.contract_actions import LineContract, check, next_code
from naisen.portal.lines.forms import TelephoneNumber
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.lines.trunk_actions import TrunkData, source_of, stamp_of
from naisen.portal.lines.trunk_actions import check as check_trunk
from naisen.portal.people.digits import half_width
from naisen.portal.people.forms import Digits, text
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.models import Tenant

# A host name (RFC 1123) or an IPv4 address.
HOST = r"^(?=.{1,190}\Z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
# What a digest's user and realm may hold without being quoted in some other way (RFC 3261 25.1).
PRINTABLE = r"^[!#-\[\]-~ ]*\Z"
# A line is reached from outside: 0 and 8 to 10 more digits, or + and the country code.
OUTSIDE_NUMBER = r"^(0[0-9]{8,10}|\+[1-9][0-9]{6,14})\Z"
LONGEST_PASSWORD = 128
MOST_SOURCES = 50
MOST_CALLS = 10_000


def count_control(**attributes: Any) -> forms.NumberInput:
    """A control for a count."""
    return forms.NumberInput(attrs={"class": "control num", **attributes})


class RefusingForm(forms.Form):
    """A form that asks an action's rule while it checks itself, so that all errors show at once."""

    def try_rule(self, rule: Any) -> None:
        """Put a Refusal at its field."""
        try:
            rule()
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.message)


class TrunkForm(RefusingForm):
    """トランクの登録 and 編集."""

    name = forms.CharField(label=_("トランク名"), max_length=100, widget=text())
    kind = forms.ChoiceField(
        label=_("種別"),
        help_text=_(
            "SIPトランクは、ユーザ名とパスワードで通信事業者に登録します。SIPトランク2は、互いのアドレスで相手を確かめます。"
        ),
        choices=Trunk.Kind.choices,
        initial=Trunk.Kind.REGISTERING,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    host = forms.CharField(
        label=_("ホスト"),
        help_text=_("通信事業者のサーバ名、またはIPv4アドレス。"),
        max_length=190,
        validators=[
            RegexValidator(HOST, _("サーバ名(例: sip.example.jp)かIPv4アドレスを入力してください。"))
        ],
        widget=text(inputmode="url", autocapitalize="none"),
    )
    port = forms.IntegerField(
        label=_("ポート"),
        help_text=_("TLSでは5061のことが多くあります。"),
        min_value=1,
        max_value=65535,
        initial=5060,
        widget=count_control(),
    )
    transport = forms.ChoiceField(
        label=_("トランスポート"),
        help_text=_("TLSでは通信事業者の証明書を確かめ、音声も暗号化(SRTP)します。"),
        choices=Trunk.Transport.choices,
        widget=forms.Select(attrs={"class": "control"}),
    )
    number_format = forms.ChoiceField(
        label=_("番号の形式"),
        help_text=_("通信事業者が受け取る番号の書き方です。"),
        choices=Trunk.NumberFormat.choices,
        initial=Trunk.NumberFormat.NATIONAL,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    auth_user = forms.CharField(
        label=_("ユーザ名"),
        max_length=100,
        required=False,
        validators=[RegexValidator(r"^[!#-~]*\Z", _("半角の英数字と記号で入力してください。"))],
        widget=text(autocapitalize="none"),
    )
    password = forms.CharField(
        label=_("パスワード"),
        help_text=_("通信事業者から受け取ったもの。暗号化して保存し、画面には出しません。"),
        max_length=LONGEST_PASSWORD,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "control", "autocomplete": "new-password"}),
    )
    realm = forms.CharField(
        label=_("レルム"),
        help_text=_("通信事業者の指定があるときだけ。空のときはホストと同じです。"),
        max_length=190,
        required=False,
        validators=[RegexValidator(PRINTABLE, _("半角の英数字と記号で入力してください。"))],
        widget=text(autocapitalize="none"),
    )
    sources = forms.CharField(
        label=_("発信元アドレス"),
        help_text=_(
            "通信事業者からの電話が届くアドレスを1行に1つ。範囲は203.0.113.0/24のように、/24まで。ここにないアドレスからの電話は受けません。"
        ),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"class": "control num", "rows": 3, "autocapitalize": "none"}),
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, trunk: Trunk | None = None) -> None:
        self.trunk = trunk or Trunk()
        super().__init__(data, initial=initial_of(trunk) if trunk else None)
        if trunk and trunk.secret:
            self.fields["password"].widget.attrs["placeholder"] = _("変更するときだけ入力")

    def clean_sources(self) -> tuple[str, ...]:
        """The lines as addresses and networks, each once."""
        lines = re.split(r"[\s,、]+", half_width(self.cleaned_data["sources"]))
        found: list[str] = []
        for line in filter(None, lines):
            try:
                found.append(source_of(line))
            except ValueError as error:
                self.add_error("sources", str(error))
        if len(found) > MOST_SOURCES:
            self.add_error("sources", _("発信元アドレスは50件までです。範囲でまとめてください。"))
        return tuple(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """The rules of the action."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.try_rule(lambda: check_trunk(self.trunk_data(), self.trunk))
        return cleaned

    def trunk_data(self) -> TrunkData:
        """The valid form as the actions take it."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "stamp"}
        return TrunkData(
            **{**cleaned, "host": cleaned["host"].lower(), "password": cleaned["password"] or None}
        )


def initial_of(trunk: Trunk) -> dict[str, Any]:
    """What the form shows of a trunk that is stored; never its password."""
    return {
        "name": trunk.name,
        "kind": trunk.kind,
        "host": trunk.host,
        "port": trunk.port,
        "transport": trunk.transport,
        "number_format": trunk.number_format,
        "auth_user": trunk.auth_user,
        "realm": trunk.realm,
        "sources": "\n".join(trunk.sources),
        "stamp": stamp_of(trunk),
    }


class OutsideNumber(TelephoneNumber):
    """A number that is reached from outside; +81 is written as 0, as calls that come in are."""

    def to_python(self, value: Any) -> str:
        """National where it is Japanese."""
        digits = super().to_python(value)
        return f"0{digits[3:].removeprefix('0')}" if digits.startswith("+81") else digits


class ContractForm(RefusingForm):
    """A tenant's line, as the contract has it. `line` None registers a new one."""

    code = Digits(
        label=_("識別番号"),
        help_text=_("3桁の数字。発信のときに回線を選ぶ番号です。"),
        max_length=3,
        validators=[RegexValidator(r"^[0-9]{3}\Z", _("3桁の数字で入力してください。例: 001"))],
        widget=text(inputmode="numeric"),
    )
    name = forms.CharField(label=_("回線名"), max_length=100, widget=text())
    number = OutsideNumber(
        label=_("回線番号"),
        help_text=_("外からかかってくる電話番号。発信のときは相手に表示されます。"),
        max_length=40,
        validators=[
            RegexValidator(
                OUTSIDE_NUMBER, _("0で始まる9桁から11桁の番号、または + と国番号から入力してください。")
            )
        ],
        widget=text(inputmode="tel"),
    )
    trunk = forms.ModelChoiceField(
        label=_("トランク"),
        help_text=_("この回線の電話を運ぶトランク。なければ、外との通話はできません。"),
        queryset=Trunk.objects.none(),
        required=False,
        empty_label=_("なし"),
        widget=forms.Select(attrs={"class": "control"}),
    )
    max_calls = forms.IntegerField(
        label=_("同時通話数"),
        help_text=_("この回線で同時に話せる通話の数。空のときは制限しません。"),
        min_value=1,
        max_value=MOST_CALLS,
        required=False,
        widget=count_control(),
    )

    def __init__(self, data: QueryDict | None = None, *, tenant: Tenant, line: Line | None = None) -> None:
        self.tenant, self.line = tenant, line
        super().__init__(data, initial=_initial_of_line(line) if line else {"code": next_code(tenant)})
        field = self.fields["trunk"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Trunk.objects.order_by("name")
        if line is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The rules of the action."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.try_rule(lambda: check(self.tenant, self.contract(), self.line))
        return cleaned

    def contract(self) -> LineContract:
        """The valid form as the actions take it."""
        return LineContract(
            **{name: self.cleaned_data[name] for name in ("code", "name", "number", "trunk", "max_calls")}
        )


def _initial_of_line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "number": line.number,
        "trunk": line.trunk_id,
        "max_calls": line.max_calls,
        "version": line.version,
    }


class Search(forms.Form):
    """Words to narrow one of the operator's lists by."""

    q = forms.CharField(
        label=_("キーワード"),
        required=False,
        max_length=100,
        widget=text(type="search", **{"data-search": True}),
    )

    def __init__(self, data: QueryDict, *, placeholder: str) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = placeholder

    def words(self) -> list[str]:
        """What was typed."""
        self.is_valid()
        return half_width(str(self.cleaned_data.get("q", ""))).replace("\x00", "").split()
