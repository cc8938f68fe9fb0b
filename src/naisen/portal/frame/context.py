"""What every page needs: the menu, the tenant's name, the theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naisen.portal.sign_in.access import is_administrator, is_operator

SCRIPTS = tuple(
    f"js/{name}.js"
    for name in (
        "dialogs",
        "theme",
        "selection",
        "keyboard",
        "toasts",
        "unsaved",
        "chips",
        "live",
        "passkeys",
        "drop",
    )
)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: the name of its route, its label and icon.

    A screen that is there only to change something (`changes`) is not offered to readers.
    """

    route: str
    label: str | Promise
    icon: str
    changes: bool = False


@dataclass(frozen=True)
class Group:
    """Entries that are about the same thing."""

    title: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Theme:
    """One way to show the portal."""

    code: str
    label: str | Promise
    icon: str


MENU = (
    Group("", (Entry("home", _("ダッシュボード"), "layout-dashboard"),)),
    Group(
        _("ユーザ(人)"),
        (
            Entry("people", _("ユーザ一覧"), "users"),
            Entry("person_register", _("ユーザ登録"), "user-plus", changes=True),
            Entry("stopped_people", _("停止ユーザ一覧"), "user-pause"),
            Entry("bulk_edit", _("ユーザ一括編集"), "table-import", changes=True),
            Entry("departments", _("所属マスタ"), "users-group"),
        ),
    ),
    Group(_("アカウント(端末)"), (Entry("devices", _("アカウント一覧"), "device-landline-phone"),)),
    Group(
        _("回線"),
        (
            Entry("lines", _("回線情報一覧"), "phone-call"),
            Entry("default_lines", _("初期回線一括設定"), "checklist"),
        ),
    ),
    Group(
        _("番号"),
        (
            Entry("who_rings", _("誰が鳴るか"), "question-mark"),
            Entry("number_check", _("番号チェック"), "alert-triangle"),
            Entry("feature_codes", _("機能番号"), "key"),
        ),
    ),
    Group(
        _("記録"),
        (
            Entry("calls", _("通話履歴"), "phone"),
            Entry("history", _("変更履歴"), "clock"),
            Entry("imports", _("取り込み履歴"), "history"),
        ),
    ),
    Group(
        _("設定"),
        (
            Entry("tenant_settings", _("サークル設定"), "settings"),
            Entry("administrators", pgettext_lazy("menu", "管理者"), "shield-lock"),
        ),
    ),
)
OPERATORS_MENU = (
    Group(
        _("事業者"),
        (
            Entry("operator_tenants", _("サークル一覧"), "users-group"),
            Entry("operator_trunks", _("トランク一覧"), "phone-call"),
            Entry("operator_rates", _("料金表"), "checklist"),
        ),
    ),
)
THEMES = (
    Theme("auto", _("端末の設定に合わせる"), "device-desktop"),
    Theme("light", _("明るい"), "sun"),
    Theme("dark", _("暗い"), "moon"),
)


def menu_for(administrator: bool, *, of: tuple[Group, ...] = MENU) -> list[Group]:
    """The menu without what a reader could not use."""
    return [
        Group(group.title, tuple(entry for entry in group.entries if administrator or not entry.changes))
        for group in of
    ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html."""
    theme = request.COOKIES.get("theme", "auto")
    administrator, operator = is_administrator(request.user), is_operator(request.user)
    return {
        "menu": menu_for(administrator, of=OPERATORS_MENU if operator else MENU),
        "is_operator": operator,
        "may_change": administrator,
        "tenant": getattr(request.user, "tenant", None),
        "languages": settings.LANGUAGES,
        "themes": THEMES,
        "theme": theme if theme in {choice.code for choice in THEMES} else "auto",
        "scripts": SCRIPTS,
    }
