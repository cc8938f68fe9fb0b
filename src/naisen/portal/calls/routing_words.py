"""What routing decided, in words: a sentence for every step, and for every reason a call is refused for.

The call history and 「誰が鳴るか」 say it with the same words. A test holds them against routing.STEP_KEYS and
routing.REFUSALS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Words = str | Promise

SENTENCES: Mapping[str, Words] = {
    # Who calls.
    "caller": gettext_lazy("%(who)s が発信しました。"),
    "caller_may_not": gettext_lazy("発信できません: %(why)s。"),
    "caller_login_only": gettext_lazy("この端末にはユーザがいないため、ログインの操作しかできません。"),
    "line_call": gettext_lazy("回線「%(name)s」(%(line)s)に、%(caller)s から着信しました。"),
    "line_closed": gettext_lazy("サークルが停止または解約されているため、この回線は鳴りません。"),
    # What was dialled.
    "emergency": gettext_lazy("%(digits)s は緊急通報です。制限にかかわらず発信します。"),
    "hide_number": gettext_lazy("184 が付いているので、番号を通知しません。"),
    "show_number": gettext_lazy("186 が付いているので、番号を通知します。"),
    "number_is": gettext_lazy("%(digits)s は%(whose)sです。"),
    "number_unknown": gettext_lazy("「%(digits)s」は、どの番号でもありません。"),
    "number_unavailable": gettext_lazy("相手は呼び出せません: %(why)s。"),
    "do_not_disturb": gettext_lazy("相手は着信拒否(DND)にしています。"),
    # Forwarding.
    "forwards": gettext_lazy("%(why)s、%(digits)s に転送します。"),
    "forward_loop": gettext_lazy("%(digits)s への転送は一巡するため、ここで止めました。"),
    # Whom it rings.
    "line_rings": gettext_lazy("着信回線のユーザは %(people)s です。"),
    "line_rings_nobody": gettext_lazy("この回線で鳴るユーザが選ばれていません。"),
    "own_device_left_out": gettext_lazy("発信した端末 %(device)s は鳴らしません。"),
    "do_not_disturb_left_out": gettext_lazy("端末 %(device)s は、着信拒否(DND)なので鳴らしません。"),
    "no_device": gettext_lazy("鳴らせる端末がありません。"),
    "device_registered": gettext_lazy("端末 %(device)s は登録中です。"),
    "device_not_registered": gettext_lazy("端末 %(device)s は未登録なので鳴りません。"),
    "rings": gettext_lazy("%(devices)s台を%(timeout_s)s秒まで鳴らします。"),
    # Outside.
    "outside": gettext_lazy("%(number)s は外線(%(kind)s)です。"),
    "abroad": gettext_lazy("%(number)s は海外(%(country)s)の番号です。"),
    "number_not_allowed": gettext_lazy("%(number)s (%(kind)s)には発信できません。"),
    "country_closed": gettext_lazy("海外(%(country)s)への発信は許可されていません。"),
    "line_default": gettext_lazy("初期回線「%(line)s」(%(code)s)で発信します。"),
    "line_chosen": gettext_lazy("指定された回線「%(line)s」(%(code)s)で発信します。"),
    "line_not_allowed": gettext_lazy("識別番号 %(code)s の回線では発信できません。"),
    "line_emergency": gettext_lazy("緊急通報のため、回線「%(line)s」(%(code)s)で発信します。"),
    "line_own": gettext_lazy("着信した回線「%(line)s」(%(code)s)で転送します。"),
    "no_line": gettext_lazy("発信できる回線がありません。"),
    "line_without_trunk": gettext_lazy("回線「%(line)s」は、まだ通信事業者につながっていません。"),
    "yen_per_day_reached": gettext_lazy("本日の通話料 %(spent)s円が、上限の %(cap)s円に達しています。"),
    "dials": gettext_lazy("回線「%(line)s」から %(number)s に、番号 %(shown)s で発信します。"),
    # Pickup.
    "pickup_departments": gettext_lazy("所属 %(departments)s で鳴っている通話を取ります。"),
    "pickup_person": gettext_lazy("内線 %(digits)s で鳴っている通話を取ります。"),
    "pickup_not_allowed": gettext_lazy("この通話を取る権利(ピックアップ対象所属)がありません。"),
}

REASONS: Mapping[str, Words] = {
    "unassigned": gettext_lazy("端末が未使用です"),
    "stopped": gettext_lazy("ユーザが停止中です"),
    "password_not_yet": gettext_lazy("端末のパスワードがまだ使えません"),
    "reset": gettext_lazy("端末のパスワードがリセットされました"),
    "cancelled": gettext_lazy("端末が解約されています"),
    "tenant_closed": gettext_lazy("サークルが停止または解約されています"),
    "tenant_suspended": gettext_lazy("サークルが停止されています"),
    "login_only": gettext_lazy("端末にユーザがいません"),
    "no_line": gettext_lazy("発信できる回線がありません"),
    "line_not_allowed": gettext_lazy("許可されていない回線です"),
    "number_not_allowed": gettext_lazy("発信できない種類の番号です"),
    "country_closed": gettext_lazy("許可されていない国です"),
    "yen_per_day_reached": gettext_lazy("1日の通話料の上限に達しました"),
    "pickup_not_allowed": gettext_lazy("この通話を取る権利がありません"),
    "too_many_calls": gettext_lazy("サークルの同時通話数の上限です"),
    "too_many_calls_of_device": gettext_lazy("端末の同時通話数の上限です"),
    "too_many_calls_a_minute": gettext_lazy("1分間の発信数の上限です"),
    "line_full": gettext_lazy("回線の同時通話数の上限です"),
    "unknown_number": gettext_lazy("その番号はありません"),
    "callee_stopped": gettext_lazy("相手のユーザが停止中です"),
    "callee_unavailable": gettext_lazy("相手は呼び出せません"),
    "callee_dnd": gettext_lazy("相手は着信拒否(DND)にしています"),
    "no_device": gettext_lazy("相手に端末がありません"),
    "only_own_device": gettext_lazy("自分の端末のほかに鳴る端末がありません"),
    "not_registered": gettext_lazy("相手の端末がすべて未登録です"),
    "forward_loop": gettext_lazy("転送が一巡します"),
    "line_closed": gettext_lazy("回線のサークルが停止しています"),
    "line_rings_nobody": gettext_lazy("回線で鳴るユーザがいません"),
    "line_without_trunk": gettext_lazy("回線が通信事業者につながっていません"),
    "nothing_to_pick_up": gettext_lazy("取れる通話がありません"),
    "callee_busy": gettext_lazy("相手の端末がすべて話中です"),
    "line_busy": gettext_lazy("回線がすべて話中です"),
    # What the edge itself finds out.
    "no_media_relay": gettext_lazy("音声の中継が使えません"),
}

FORWARDS: Mapping[str, Words] = {
    "forward_always": gettext_lazy("常に転送する設定なので"),
    "forward_busy": gettext_lazy("話中なので"),
    "forward_no_answer": gettext_lazy("応答がないので"),
    "forward_unregistered": gettext_lazy("登録中の端末がないので"),
    "line_no_answer": gettext_lazy("回線に応答がないので"),
}

NUMBER_KINDS: Mapping[str, Words] = {
    "emergency": gettext_lazy("緊急通報"),
    "service": gettext_lazy("3桁の特番"),
    "landline": gettext_lazy("固定電話"),
    "ip_phone": gettext_lazy("IP電話"),
    "mobile": gettext_lazy("携帯電話"),
    "toll_free": gettext_lazy("フリーダイヤル"),
    "navi_dial": gettext_lazy("ナビダイヤル"),
    "premium": gettext_lazy("情報料のかかる番号"),
    "international": gettext_lazy("国際電話"),
}


@dataclass(frozen=True)
class Names:
    """How those are called whom steps name by id or login; what is missing is told without a name."""

    people: Mapping[int, str] = field(default_factory=dict)
    departments: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)


def sentence(step: Mapping[str, Any], names: Names | None = None) -> str:
    """One step as `decision_to_json` writes it, in words; the bare key where there are none."""
    words = SENTENCES.get(step["key"])
    return str(words) % _values(step, names or Names()) if words else str(step["key"])


def reason_words(reason: str) -> str:
    """Why a call was refused, without a full stop; the bare reason where there are no words."""
    return str(REASONS.get(reason, reason))


def _values(step: Mapping[str, Any], names: Names) -> dict[str, Any]:
    values = dict(step)
    login = str(step.get("login", ""))
    values["device"] = names.devices.get(login, login)
    values["who"] = " ".join(part for part in (step.get("name"), step.get("extension")) if part) or login
    values["whose"] = _whose(step, names)
    if step["key"] == "forwards":
        values["why"] = FORWARDS.get(step["why"], step["why"])
    elif "why" in step:
        values["why"] = reason_words(step["why"])
    if step["key"] in ("outside", "number_not_allowed"):
        values["kind"] = NUMBER_KINDS.get(step["kind"], step["kind"])
    if "country" in step:
        values["country"] = step["country"] or _("不明")
    if step["key"] == "line_call":
        values["caller"] = step["caller"] or _("非通知")
    return values


def _whose(step: Mapping[str, Any], names: Names) -> str:
    kind, pk = step.get("kind"), step.get("id")
    if kind == "person":
        name = names.people.get(int(pk)) if pk else None
        return _("%(name)sさんの内線番号") % {"name": name} if name else _("ユーザの内線番号")
    if kind == "department":
        name = names.departments.get(int(pk)) if pk else None
        return _("所属「%(name)s」の共通内線番号") % {"name": name} if name else _("所属の共通内線番号")
    return _("サービスの番号")
