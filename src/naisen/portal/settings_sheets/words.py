"""The fixed words of a settings sheet, in the language of the request."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def sheet_words() -> dict[str, str]:
    """What the typst template prints beside the values, by the names it uses."""
    return {
        "lang": get_language() or "ja",
        "title": _("端末設定書"),
        "account": _("アカウント"),
        "person": _("ユーザ名"),
        "extension": _("内線番号"),
        "unused": _("未使用"),
        "unused_note": _("このアカウントは未使用です。ユーザを割り当てるまで、発信も着信もできません。"),
        "login": _("ID"),
        "password": _("パスワード"),
        "domain": _("ドメイン"),
        "server": _("サーバ"),
        "server_note": _("アウトバウンドプロキシ"),
        "transport": _("トランスポート"),
        "usable_from": _("使えるのは %(time)s から"),
        "usable_note": _("それまでは、このパスワードで登録できません。"),
        "scan": _("Grandstream Wave で読み取ると、設定が入ります。"),
        "steps": _("設定の手順"),
        "step_app": _(
            "スマートフォンの Grandstream Wave では、QRコードで設定する画面を開き、上のQRコードを読み取ります。"
        ),
        "step_phone": _(
            "電話機やほかのアプリでは、設定画面に上のID・パスワード・ドメイン・サーバを入力します。"
        ),
        "step_done": _(
            "管理画面の「アカウント一覧」で「登録中」になれば完了です。ならないときは、"
            "パスワードの大文字と小文字をお確かめください。"
        ),
        "mobile_title": _("モバイル(Call)設定書"),
        "mobile_install": _("スマートフォンに Grandstream Wave を入れて、開きます。"),
        "mobile_scan": _("QRコードで設定する画面を開き、上のQRコードを読み取ります。"),
        "mobile_done": _("アプリに「登録済み」と出れば、内線番号で発信と着信ができます。"),
        "by_hand": _("読み取れないとき（手入力）"),
        "issued": _("発行 %(date)s"),
        "careful": _("取扱注意：パスワードを含みます"),
    }
