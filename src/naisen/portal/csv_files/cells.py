"""What one cell means: by the fields of the person's own form, and the IDs that only a file has."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.csv_files.columns import Column
from naisen.portal.csv_files.stored import Shelf
from naisen.portal.people.digits import half_width
from naisen.portal.people.forms import PersonForm
from naisen.portal.people.kana import to_katakana
from naisen.portal.refusals import Refusal

# Stands in the bulk edit's template for a PIN, which nobody can read back (S1-75).
PIN_IS_SET = gettext_lazy("設定済み")
PIN_IS_SET_IN_ANY_LANGUAGE = ("設定済み", "set")

PLAIN = ("name", "kana", "extension", "pin", "ring_timeout_s", "memo")
DEPARTMENTS = ("departments", "pickup_departments")
LINES = ("inbound_lines", "outbound_lines")
SEVERAL = re.compile(r"#(?:[^#]+#)+\Z")


class Cells:
    """Turns texts into values; raises Refusal. Values that recur in a file are looked up once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._seen: dict[tuple[str, str], Any] = {}

    def value(self, column: Column, text: str) -> Any:
        """The value for the person's field: text, a number, an id or a tuple of ascending ids."""
        field = column.field
        if field in ("name", "kana", "memo", "pin", "extension"):
            return plain(field, text)
        found = self._seen.get((field, text), self)
        if found is self:
            found = self._seen[field, text] = self._look_up(column, text)
        return found

    def _look_up(self, column: Column, text: str) -> Any:
        if column.field == "default_line":
            return self._line(text)
        if column.field in DEPARTMENTS:
            return self._several(column, text, self._departments_by_text())
        if column.field in LINES:
            return self._several(column, text, self._lines_by_text(text))
        return plain(column.field, text)

    def _departments_by_text(self) -> Mapping[str, int]:
        return {digits: row.pk for digits, row in self._shelf.department_by_digits.items()}

    def _lines_by_text(self, text: str) -> Mapping[str, int]:
        """Line IDs with and without the zeros at their front."""
        known = self._shelf.line_by_serial
        texts = {part.strip() for part in _half(text).split("#")}
        return {
            part: known[int(part)].pk
            for part in texts
            if part.isascii() and part.isdigit() and len(part) < 10 and int(part) in known
        }

    def _several(self, column: Column, text: str, known: Mapping[str, int]) -> tuple[int, ...]:
        marked = half_width(text).replace("＃", "#")
        if not marked:
            return ()
        if not SEVERAL.match(marked):
            raise Refusal(_example(column))
        parts = [part.strip() for part in marked.strip("#").split("#")]
        _refuse_unknown(column, [part for part in parts if part not in known])
        return tuple(sorted({known[part] for part in parts}))

    def _line(self, text: str) -> int | None:
        plain_text = _half(text)
        if not plain_text:
            return None
        if "#" in plain_text:
            raise Refusal(_("「#」を付けずに、回線のIDだけを入力してください(例: 1)。"))
        found = self._lines_by_text(plain_text).get(plain_text)
        if found is None:
            raise Refusal(_no_line(plain_text))
        return found


def _half(text: str) -> str:
    """Half-width digits and `#`."""
    return half_width(text).replace("＃", "#")


def plain(field: str, text: str) -> Any:
    """The value by the field of the screen's form: one and the same rule."""
    try:
        value = PersonForm.base_fields[field].clean(text)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field=field) from error
    return to_katakana(value) if field == "kana" else value


def _example(column: Column) -> str:
    if column.field in DEPARTMENTS:
        return _("所属の内線番号を「#」で囲んでください(例: #1000#2000#)。")
    return _("回線のIDを「#」で囲んでください(例: #1#2#)。")


def _refuse_unknown(column: Column, unknown: Collection[str]) -> None:
    if not unknown:
        return
    first = next(iter(unknown))
    if column.field in LINES:
        raise Refusal(_no_line(first))
    raise Refusal(
        _("内線番号「%(digits)s」の所属はありません。所属マスタの所属共通内線番号を入力してください。")
        % {"digits": first}
    )


def _no_line(text: str) -> str:
    return _("ID「%(id)s」の回線はありません。回線情報一覧のIDを入力してください。") % {"id": text}
