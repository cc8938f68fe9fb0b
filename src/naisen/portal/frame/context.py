"""What every page needs: the menu, the tenant's name, the theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCRIPTS = tuple(
    f"js/{name}.js"
    for name in ("dialogs", "theme", "selection", "keyboard", "toasts", "unsaved", "chips", "live", "drop")
)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: the name of its route, its label and icon."""

    route: str
    label: str | Promise
    icon: str


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
    Group(
        _("ユーザ(人)"),
        (
            Entry("people", _("ユーザ一覧"), "users"),
            Entry("person_register", _("ユーザ登録"), "user-plus"),
            Entry("stopped_people", _("停止ユーザ一覧"), "user-pause"),
            Entry("bulk_edit", _("ユーザ一括編集"), "table-import"),
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
    Group(_("記録"), (Entry("imports", _("取り込み履歴"), "history"),)),
)
THEMES = (
    Theme("auto", _("端末の設定に合わせる"), "device-desktop"),
    Theme("light", _("明るい"), "sun"),
    Theme("dark", _("暗い"), "moon"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html."""
    theme = request.COOKIES.get("theme", "auto")
    return {
        "menu": MENU,
        "tenant": getattr(request.user, "tenant", None),
        "languages": settings.LANGUAGES,
        "themes": THEMES,
        "theme": theme if theme in {choice.code for choice in THEMES} else "auto",
        "scripts": SCRIPTS,
    }
