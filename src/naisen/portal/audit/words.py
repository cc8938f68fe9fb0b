"""What the audit trail's codes are called. A test fails when an action or a field has no words here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.countries import countries_in_words

Label = str | Promise
Show = Callable[[Any, ZoneInfo], str]

NOTHING = "—"


def plain(value: Any, zone: ZoneInfo) -> str:
    """A stored value as a clerk reads it."""
    if isinstance(value, list):
        return "、".join(map(str, value)) or NOTHING
    return NOTHING if value in (None, "") else str(value)


def flag(value: Any, zone: ZoneInfo) -> str:
    """使用する or 使用しない."""
    return _("使用する") if value else _("使用しない")


def seconds(value: Any, zone: ZoneInfo) -> str:
    """60秒."""
    return _("%(count)s秒") % {"count": value}


def moment(value: Any, zone: ZoneInfo) -> str:
    """`2022-06-16 17:18:06` in the tenant's zone (S1-13)."""
    return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if value else NOTHING


def one_of(choices: type[TextChoices]) -> Show:
    """The label of a choice."""
    labels = dict(choices.choices)
    return lambda value, zone: str(labels.get(value, plain(value, zone)))


def hidden(value: Any, zone: ZoneInfo) -> str:
    """Something that is never written down."""
    return "•••"


def unlimited(value: Any, zone: ZoneInfo) -> str:
    """A number, or that there is no limit."""
    return _("制限なし") if value is None else f"{value:,}"


def countries(value: Any, zone: ZoneInfo) -> str:
    """The countries' names."""
    return countries_in_words(value)


@dataclass(frozen=True)
class Field:
    """A field's label, and how its values are shown.

    Of a field that `tells` what happened (who joined, say) only the value afterwards means something.
    """

    label: Label
    show: Show = plain
    tells: bool = False


KINDS: Mapping[str, Label] = {
    "person": gettext_lazy("ユーザ"),
    "device": gettext_lazy("アカウント"),
    "department": gettext_lazy("所属"),
    "line": gettext_lazy("回線"),
    "login": gettext_lazy("管理者"),
    "tenant": gettext_lazy("サークル"),
    "trunk": gettext_lazy("トランク"),
    "rate": gettext_lazy("料金"),
}

ACTIONS: Mapping[str, Mapping[str, Label]] = {
    "person": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "stop": gettext_lazy("停止"),
        "resume": gettext_lazy("再開"),
        "delete": gettext_lazy("削除"),
    },
    "device": {
        "issue": gettext_lazy("発行"),
        "assign": gettext_lazy("ユーザの変更"),
        "unassign": gettext_lazy("未使用に変更"),
        "limit_calls": gettext_lazy("同時通話数の変更"),
        "reset_password": gettext_lazy("PWリセット"),
        "show_settings_sheet": gettext_lazy("設定書の出力"),
    },
    "department": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "delete": gettext_lazy("削除"),
    },
    "line": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "delete": gettext_lazy("削除"),
        "make_common": gettext_lazy("共通初期回線に変更"),
    },
    "login": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "disable": gettext_lazy("無効化"),
        "enable": gettext_lazy("有効化"),
        "reset_password": gettext_lazy("パスワードのリセット"),
        "change_password": gettext_lazy("パスワードの変更"),
        "add_app": gettext_lazy("認証アプリの設定"),
        "remove_app": gettext_lazy("認証アプリの解除"),
        "renew_recovery_codes": gettext_lazy("回復コードの作り直し"),
        "use_recovery_code": gettext_lazy("回復コードでログイン"),
        "add_passkey": gettext_lazy("パスキーの登録"),
        "remove_passkey": gettext_lazy("パスキーの削除"),
        "end_session": gettext_lazy("端末のログアウト"),
        "end_sessions": gettext_lazy("ほかの端末のログアウト"),
    },
    "tenant": {
        "edit": gettext_lazy("編集"),
        "show_settings_sheets": gettext_lazy("設定書の一括出力"),
        "download_calls": gettext_lazy("通話履歴のダウンロード"),
        "edit_limits": gettext_lazy("通話の制限の変更"),
    },
    "trunk": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "delete": gettext_lazy("削除"),
    },
    "rate": {
        "register": gettext_lazy("登録"),
        "edit": gettext_lazy("編集"),
        "delete": gettext_lazy("削除"),
    },
}

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "person": {
        "name": Field(gettext_lazy("ユーザ名")),
        "kana": Field(gettext_lazy("フリガナ")),
        "extension": Field(gettext_lazy("内線番号")),
        "pin": Field(gettext_lazy("パスワード"), hidden),
        "departments": Field(gettext_lazy("所属名")),
        "default_line": Field(gettext_lazy("ユーザ固有初期回線")),
        "pickup_departments": Field(gettext_lazy("ピックアップ対象所属")),
        "devices": Field(gettext_lazy("アカウント")),
        "inbound_lines": Field(gettext_lazy("着信回線")),
        "outbound_lines": Field(gettext_lazy("発信回線")),
        "ring_timeout_s": Field(gettext_lazy("内線ダイヤルタイムアウト"), seconds),
        "do_not_disturb": Field(gettext_lazy("着信拒否"), flag),
        "forward_always": Field(gettext_lazy("常に転送")),
        "forward_busy": Field(gettext_lazy("話中のとき")),
        "forward_no_answer": Field(gettext_lazy("応答がないとき")),
        "forward_unregistered": Field(gettext_lazy("未登録のとき")),
        "memo": Field(gettext_lazy("メモ")),
        "stopped_at": Field(gettext_lazy("停止日時"), moment),
    },
    "device": {
        "login": Field(gettext_lazy("アカウント")),
        "kind": Field(gettext_lazy("アカウント種別"), one_of(Device.Kind)),
        "person": Field(gettext_lazy("ユーザ名")),
        "max_calls": Field(gettext_lazy("同時通話数")),
        "effective_at": Field(gettext_lazy("新しいパスワードの開始日時"), moment, tells=True),
        "credential": Field(gettext_lazy("パスワードの版"), tells=True),
    },
    "department": {
        "name": Field(gettext_lazy("所属名")),
        "extension": Field(gettext_lazy("所属共通内線番号")),
        "multicast": Field(gettext_lazy("マルチキャスト"), flag),
        "ring_timeout_s": Field(gettext_lazy("ダイヤルタイムアウト"), seconds),
        "joined": Field(gettext_lazy("加わったユーザ"), tells=True),
        "left": Field(gettext_lazy("外れたユーザ"), tells=True),
    },
    "line": {
        "code": Field(gettext_lazy("識別番号")),
        "name": Field(gettext_lazy("回線名")),
        "number": Field(gettext_lazy("回線番号")),
        "trunk": Field(gettext_lazy("トランク")),
        "max_calls": Field(gettext_lazy("同時通話数"), unlimited),
        "ring_timeout_s": Field(gettext_lazy("ダイヤルタイムアウト"), seconds),
        "no_answer": Field(gettext_lazy("応答がないとき"), one_of(Line.NoAnswer)),
        "no_answer_number": Field(gettext_lazy("転送先の番号")),
        "no_answer_department": Field(gettext_lazy("鳴らす所属")),
        "recipients_joined": Field(gettext_lazy("着信に加わったユーザ"), tells=True),
        "recipients_left": Field(gettext_lazy("着信から外れたユーザ"), tells=True),
        "callers_joined": Field(gettext_lazy("発信に加わったユーザ"), tells=True),
        "callers_left": Field(gettext_lazy("発信から外れたユーザ"), tells=True),
        "common_line": Field(gettext_lazy("共通初期回線")),
    },
    "login": {
        "login_id": Field(gettext_lazy("ログインID")),
        "name": Field(gettext_lazy("氏名")),
        "role": Field(gettext_lazy("権限"), one_of(Login.Role)),
        "email": Field(gettext_lazy("メールアドレス")),
        "passkey": Field(gettext_lazy("パスキー"), tells=True),
        "codes_left": Field(gettext_lazy("残りの回復コード"), tells=True),
        "address": Field(gettext_lazy("接続元"), tells=True),
        "sessions": Field(gettext_lazy("台数"), tells=True),
    },
    "tenant": {
        "allows_phone_login": Field(gettext_lazy("端末操作でのログイン"), flag),
        "output": Field(gettext_lazy("出力"), one_of(Output), tells=True),
        "count": Field(gettext_lazy("件数"), tells=True),
        "conditions": Field(gettext_lazy("条件"), tells=True),
        "max_calls": Field(gettext_lazy("同時通話数"), unlimited),
        "calls_per_minute": Field(gettext_lazy("1分あたりの発信数")),
        "allowed_countries": Field(gettext_lazy("許可する国"), countries),
        "yen_per_day": Field(gettext_lazy("1日の上限(円)"), unlimited),
    },
    "trunk": {
        "name": Field(gettext_lazy("トランク名")),
        "kind": Field(gettext_lazy("種別"), one_of(Trunk.Kind)),
        "host": Field(gettext_lazy("ホスト")),
        "port": Field(gettext_lazy("ポート")),
        "transport": Field(gettext_lazy("トランスポート"), one_of(Trunk.Transport)),
        "number_format": Field(gettext_lazy("番号の形式"), one_of(Trunk.NumberFormat)),
        "auth_user": Field(gettext_lazy("ユーザ名")),
        "password": Field(gettext_lazy("パスワード"), hidden),
        "realm": Field(gettext_lazy("レルム")),
        "sources": Field(gettext_lazy("発信元アドレス")),
    },
    "rate": {
        "prefix": Field(gettext_lazy("番号の始まり")),
        "name": Field(gettext_lazy("料金名")),
        "unit_s": Field(gettext_lazy("単位(秒)")),
        "unit_yen": Field(gettext_lazy("単位あたりの料金(円)")),
    },
}


def kind_of(object_type: str) -> str:
    """What a kind of object is called."""
    return str(KINDS.get(object_type, object_type))


def title_of(object_type: str, action: str) -> str:
    """What was done, as a noun."""
    return str(ACTIONS.get(object_type, {}).get(action, action))


def field_of(object_type: str, name: str) -> Field:
    """The words of a field; its bare name when there are none."""
    return FIELDS.get(object_type, {}).get(name) or Field(name)


def in_order(object_type: str, names: Iterable[str]) -> list[str]:
    """Field names as the screens have them; the database keeps none of their order."""
    known = list(FIELDS.get(object_type, {}))
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))
