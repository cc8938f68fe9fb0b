"""What 「番号チェック」 says: the trouble, what it does to calls, and where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
MEND = _("直す")


@dataclass(frozen=True)
class TroubleWords:
    """`title` is short; `effect` says what becomes of calls, with %(detail)s and %(digits)s; `mend` is the link."""

    title: Words
    effect: Words
    mend: Words = MEND


# In the order of the page: the worst first.
TROUBLES: Mapping[str, TroubleWords] = {
    "forward_loop": TroubleWords(
        _("転送が一巡する"), _("%(detail)s への転送が元の番号に戻るため、電話はどこも鳴りません。")
    ),
    "forward_missing": TroubleWords(
        _("転送先がない"), _("転送先の %(detail)s は、内線番号でも外線の番号でもありません。")
    ),
    "forward_stopped": TroubleWords(
        _("停止中のユーザへの転送"), _("転送先の %(detail)s のユーザは停止中なので、つながりません。")
    ),
    "forward_not_allowed": TroubleWords(
        _("かけられない番号への転送"), _("転送先の %(detail)s には発信できません。")
    ),
    "forward_abroad": TroubleWords(
        _("海外への転送"), _("転送先の %(detail)s の国への発信は許可されていません。")
    ),
    "department_empty": TroubleWords(_("ユーザのいない所属"), _("%(digits)s にかけても、だれも鳴りません。")),
    "department_stopped": TroubleWords(
        _("停止中のユーザだけの所属"), _("所属する%(detail)s人が全員停止中なので、だれも鳴りません。")
    ),
    "department_no_device": TroubleWords(
        _("端末のない所属"), _("所属するユーザのだれにも端末がないので、だれも鳴りません。")
    ),
    "line_no_recipients": TroubleWords(
        _("着信するユーザのいない回線"), _("この番号への電話では、だれも鳴りません。")
    ),
    "line_recipients_stopped": TroubleWords(
        _("着信するユーザが全員停止中の回線"), _("着信する%(detail)s人が全員停止中なので、だれも鳴りません。")
    ),
    "line_no_trunk": TroubleWords(
        _("通信事業者につながっていない回線"),
        _("この回線では着信も発信もできません。回線のご契約先にお問い合わせください。"),
        _("見る"),
    ),
    "default_line_not_allowed": TroubleWords(
        _("許可のないユーザ固有初期回線"),
        _("「%(detail)s」が発信回線にないため、回線を選ばない発信は断られます。"),
    ),
    "common_line_not_allowed": TroubleWords(
        _("許可のない共通初期回線"),
        _("「%(detail)s」が発信回線にないため、回線を選ばない発信は断られます。"),
    ),
    "person_no_device": TroubleWords(
        _("端末のないユーザ"), _("%(digits)s にかけても、鳴らせる端末がありません。")
    ),
    "person_never_seen": TroubleWords(
        _("一度も登録されていない端末"),
        _(
            "%(digits)s の端末(%(detail)s台)は、まだ一度も登録されていません。設定書のとおりに設定してください。"
        ),
    ),
}
