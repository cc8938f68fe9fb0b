"""The columns of the two kinds of file, and which of them a header names (S1-50, S1-70 … S1-75)."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.csv_files.reading.sheet import Sheet, Unreadable, letter, no_header


@dataclass(frozen=True, eq=False)
class Column:
    """A column: the field of the person's form that it fills, its header, other headers that also count.

    Each stands for itself: comparing translated labels for each of a hundred thousand cells takes seconds.
    """

    field: str
    label: str | Promise
    others: tuple[str | Promise, ...] = ()

    def __str__(self) -> str:
        return str(self.label)


NAME = Column("name", gettext_lazy("ユーザ名"))
KANA = Column("kana", gettext_lazy("フリガナ"))
EXTENSION = Column("extension", gettext_lazy("内線番号"))
PIN = Column("pin", gettext_lazy("パスワード"))
DEPARTMENTS = Column("departments", gettext_lazy("所属"), (gettext_lazy("所属名"),))
DEFAULT_LINE = Column("default_line", gettext_lazy("ユーザ固有初期回線"))
PICKUPS = Column("pickup_departments", gettext_lazy("ピックアップ対象所属"))
INBOUND = Column("inbound_lines", gettext_lazy("着信回線"))
OUTBOUND = Column("outbound_lines", gettext_lazy("発信回線"))
TIMEOUT = Column("ring_timeout_s", gettext_lazy("内線ダイヤルタイムアウト"))
MEMO = Column("memo", gettext_lazy("メモ"))
# Of a bulk edit alone: the extension that a row is about, the one it gets, and what the row looked like.
KEY = Column("key", gettext_lazy("内線番号"))
NEW_EXTENSION = Column("extension", gettext_lazy("新しい内線番号"))
STAMP = Column("stamp", gettext_lazy("更新番号"))
# Only in the file that gives rejected rows back; ignored when it is read again.
REASON = Column("reason", gettext_lazy("エラーの理由"))

COMMON = (PIN, DEPARTMENTS, DEFAULT_LINE, PICKUPS, INBOUND, OUTBOUND, TIMEOUT, MEMO)


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of file, in the template's order, and those that no file may lack."""

    columns: tuple[Column, ...]
    required: tuple[Column, ...]


REGISTRATION = Layout((NAME, KANA, EXTENSION, *COMMON), (NAME, EXTENSION))
EDIT = Layout((KEY, NEW_EXTENSION, NAME, KANA, *COMMON, STAMP), (KEY,))
# The header of each field, for messages about people who are stored.
COLUMN_OF = {column.field: column for column in REGISTRATION.columns}


def is_known(name: str) -> bool:
    """Whether `name` is the header of any column, in any of our languages."""
    plain = plain_name(name)
    return plain in names_of(REGISTRATION) or plain in names_of(EDIT)


def plain_name(name: str) -> str:
    """A header without what spreadsheets and people add: spaces, `*`, half-width kana."""
    return "".join(unicodedata.normalize("NFKC", name).split()).rstrip("*").casefold()


@cache
def names_of(layout: Layout) -> Mapping[str, Column]:
    """Plain header → column, in every language of the portal."""
    names: dict[str, Column] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for column in (*layout.columns, REASON):
                names |= {plain_name(str(label)): column for label in (column.label, *column.others)}
    return names


def places(layout: Layout, sheet: Sheet) -> dict[Column, int]:
    """Column → its index in the sheet; raises Unreadable for headers that are missing, twice or unknown."""
    names = names_of(layout)
    found: dict[Column, int] = {}
    unknown: list[str] = []
    for index, name in enumerate(sheet.header):
        column = names.get(plain_name(name))
        if column is None and name:
            unknown.append(f"「{name}」({letter(index)})")
        elif column in found:
            raise Unreadable(
                _("見出し「%(name)s」が2回あります。どちらかの列を削除してください。") % {"name": column}
            )
        elif column is not None:
            found[column] = index
    _refuse_header(layout, found, unknown)
    found.pop(REASON, None)
    return found


def _refuse_header(layout: Layout, found: Iterable[Column], unknown: list[str]) -> None:
    if not set(found) - {REASON}:
        raise Unreadable(no_header())
    missing = [f"「{column}」" for column in layout.required if column not in found]
    if missing:
        raise Unreadable(
            _("見出し%(names)sの列がありません。テンプレートの1行目と同じ見出しにしてください。")
            % {"names": "、".join(missing)}
        )
    if unknown:
        raise Unreadable(
            _("知らない見出しがあります: %(names)s。テンプレートの見出しに直すか、その列を削除してください。")
            % {"names": "、".join(unknown)}
        )
