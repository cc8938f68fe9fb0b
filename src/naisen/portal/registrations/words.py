"""Why a device is not registered, in words for the clerk: what is the matter, and what to do next.

The codes come from `diagnosis` (and so from the edge and the view registrations_verdict); `%(…)s` in them is
evidence of the verdict.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naisen.portal.registrations.diagnosis import Diagnosis


@dataclass(frozen=True)
class Words:
    """`short` stands under the badge; `sentence` and `next_step` in the explanation."""

    short: str | Promise
    sentence: str | Promise
    next_step: str | Promise


REASONS: dict[str, Words] = {
    "never_seen": Words(
        _("未接続"),
        _("この端末は一度も接続していません。"),
        _("設定書PDFの内容を端末に入力し、電源とネットワークを確認してください。"),
    ),
    "expired": Words(
        _("応答なし"),
        _("登録の更新が届かないまま、期限が切れました。"),
        _("端末の電源とネットワーク接続を確認してください。"),
    ),
    "unregistered": Words(
        _("端末が終了"),
        _("端末が自分で登録を終えました。"),
        _("端末の電源を入れるか、アプリを起動してください。"),
    ),
    "dropped": Words(
        _("接続断"),
        _("端末との接続が切れました。"),
        _("端末のネットワーク接続を確認してください。つながると自動で登録されます。"),
    ),
    "wrong_password": Words(
        _("パスワード違い"),
        _("端末のパスワードが一致しません。"),
        _("設定書PDFのパスワードを端末に入力し直してください。"),
    ),
    "unknown_login": Words(
        _("ID違い"),
        _("この端末のIDに似た「%(login)s」での接続を拒否しました。IDの入力違いと思われます。"),
        _("端末のIDを、設定書PDFの「%(own_login)s」に直してください。"),
    ),
    "unassigned": Words(
        _("未使用"),
        _("ユーザが選ばれていないため、発信も着信もできません。"),
        _("「編集」から、この端末を使うユーザを選んでください。"),
    ),
    "stopped": Words(
        _("ユーザ停止中"),
        _("ユーザが停止中のため、発信も着信もできません。"),
        _("停止ユーザ一覧から、ユーザを再開してください。"),
    ),
    "unknown_domain": Words(
        _("ドメイン違い"),
        _("この端末のIDで、ドメインを「%(domain)s」とした接続を拒否しました。"),
        _("端末のドメインを、設定書PDFの「%(own_domain)s」に直してください。"),
    ),
    "password_not_yet": Words(
        _("パスワード切替待ち"),
        _("パスワードをリセットしたため、新しいパスワードの開始時刻まで使えません。"),
        _("新しい設定書PDFのパスワードを端末に入力してください。開始時刻から使えます。"),
    ),
    "cancelled": Words(
        _("解約済"),
        _("この端末は解約されています。"),
        _("続けて使うときは、契約の窓口に連絡してください。"),
    ),
    "tenant_closed": Words(
        _("サークル停止中"),
        _("サークルが停止または解約されているため、使えません。"),
        _("契約の窓口に連絡してください。"),
    ),
    "banned": Words(
        _("一時遮断"),
        _("誤った認証が続いたため、接続元を一時的に遮断しています。"),
        _("端末のパスワードを設定書PDFのものに直し、数分待ってください。"),
    ),
    "replayed": Words(
        _("認証のやり直し"),
        _("古い認証情報が再び使われたため、拒否しました。"),
        _("端末を再起動してください。心当たりのない接続元なら、PWリセットを検討してください。"),
    ),
    "uri_mismatch": Words(
        _("認証の不一致"),
        _("認証情報の宛先が、要求の宛先と異なるため、拒否しました。"),
        _("端末のドメインとサーバの設定を、設定書PDFに合わせてください。"),
    ),
    "flapping": Words(
        _("切れやすい"),
        _("つながったり切れたりを、1時間のうちに%(count)s回繰り返しています。"),
        _("LANケーブル、Wi-Fiの電波、ルーターの混み具合を確かめ、端末とルーターを再起動してください。"),
    ),
    "nat_rewrites": Words(
        _("接続元が変わる"),
        _("ルーターが端末の接続元を次々に変えているため、着信が届かないことがあります。"),
        _(
            "ルーターの「SIP ALG」を切り、端末の更新間隔(有効期限)を60秒にするか、"
            "通信方式をTCPまたはTLSにしてください。"
        ),
    ),
    "registered": Words(
        _("登録中"),
        _("正常に登録されています。発信も着信もできます。"),
        _("鳴らないときは、端末の着信拒否(DND)と音量を確かめてください。"),
    ),
    "waits_for_login": Words(
        _("ログイン待ち"),
        _("登録されていますが、使うユーザがまだいません。"),
        _("端末からログインするか、「ユーザを編集」でユーザを選んでください。"),
    ),
    "not_supported": Words(
        _("対象外"),
        _("この種類のアカウントは登録をしません。"),
        _("接続元のアドレスで認証されます。することはありません。"),
    ),
    "database_trouble": Words(
        _("確認できません"),
        _("システムの都合で、登録を受け付けられない時間がありました。端末の設定に誤りはありません。"),
        _("そのままお待ちください。復旧すると端末が自動で登録し直します。"),
    ),
}

UNKNOWN = Words(
    _("確認できません"),
    _("登録の状態を確認できません。"),
    _("しばらくしてから、もう一度確認してください。"),
)


def words_for(code: str) -> Words:
    """The words of `code`; those of «cannot be known» for a code that has none."""
    return REASONS.get(code, UNKNOWN)


def words_of(verdict: Diagnosis) -> Words:
    """The words of a verdict, with its evidence in them."""
    words = words_for(verdict.code)
    evidence = {
        "login": verdict.login,
        "domain": verdict.domain,
        "count": verdict.count,
        "own_login": verdict.names.login,
        "own_domain": verdict.names.domain,
    }
    return Words(words.short, str(words.sentence) % evidence, str(words.next_step) % evidence)
