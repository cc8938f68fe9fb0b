"""A file that changes people: the rules of ユーザ編集 over all rows at once (S1-70 … S1-75)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from naisen.portal.csv_files import columns, stored
from naisen.portal.csv_files.cells import PIN_IS_SET_IN_ANY_LANGUAGE, Cells
from naisen.portal.csv_files.checked import Checked, kept
from naisen.portal.csv_files.columns import KEY, NEW_EXTENSION, PIN, STAMP
from naisen.portal.csv_files.numbers import refuse_doubles, refuse_taken
from naisen.portal.csv_files.reading.sheet import Sheet
from naisen.portal.csv_files.reading.table import line_breaks
from naisen.portal.csv_files.rows import Places, Read, check_together, read_cells, texts_of
from naisen.portal.csv_files.stamps import changed_fields, is_stamp
from naisen.portal.csv_files.stored import Known, Shelf
from naisen.portal.csv_files.words import shown
from naisen.portal.people.digits import half_width
from naisen.portal.people.pins import hash_pin, pin_matches
from naisen.portal.tenants.models import Tenant


def check_edit(tenant: Tenant, sheet: Sheet) -> list[Checked]:
    """Every row as a change of the person whose extension it names (S1-71). Raises Unreadable."""
    places = columns.places(columns.EDIT, sheet)
    shelf = stored.shelf_of(tenant)
    rows = texts_of(sheet, places)
    keys = [half_width(row.texts[KEY]) for row in rows]
    people = stored.people_by_extension(tenant, set(keys))
    _find(tenant, rows, keys, people, places)
    read = Cells(shelf).value
    for row in rows:
        _edit(row, read, shelf)
    refuse_doubles(rows, KEY, [key or None for key in keys])
    targets = [row.target for row in rows]
    refuse_doubles(rows, NEW_EXTENSION, targets)
    refuse_taken(rows, NEW_EXTENSION, stored.owners(tenant, {digits for digits in targets if digits}))
    for row in kept(rows):
        if "pin" in row.changes:
            row.changes["pin"] = hash_pin(row.changes["pin"])
    return rows


def _edit(row: Checked, read: Read, shelf: Shelf) -> None:
    if row.known is None:
        return
    new = row.texts.get(NEW_EXTENSION)
    if new is not None and not new.strip():
        row.texts[NEW_EXTENSION] = row.known.extension
    keeps_pin = PIN in row.texts and _keeps_pin(row, row.known)
    text = row.texts.pop(PIN) if keeps_pin else None
    read_cells(row, read)
    if text is not None:
        row.texts[PIN] = text
    check_together(row, shelf, NEW_EXTENSION)
    row.changes = {name: value for name, value in row.values.items() if _differs(name, value, row.known)}
    _refuse_stale(row, row.known, shelf)


def _keeps_pin(row: Checked, known: Known) -> bool:
    """Whether the cell says 設定済み; refused when there is none to keep."""
    if row.texts[PIN].strip().casefold() not in PIN_IS_SET_IN_ANY_LANGUAGE:
        return False
    if not known.values["pin"]:
        row.refuse(
            PIN,
            _("パスワードは設定されていません。空欄にするか、新しいパスワードを入力してください。"),
        )
    return True


def _differs(name: str, value: object, known: Known) -> bool:
    before = known.values[name]
    if name == "pin":
        return not pin_matches(str(value), before) if value else bool(before)
    if name == "memo":
        return bool(line_breaks(before) != value)
    return bool(before != value)


def _refuse_stale(row: Checked, known: Known, shelf: Shelf) -> None:
    """Refuse a row that would put back what somebody has changed since the file was made (S1-75)."""
    given = row.texts.get(STAMP, "").strip()
    if not given or not row.is_good:
        return
    if not is_stamp(given):
        row.refuse(
            STAMP, _("更新番号が書き換えられています。ダウンロードしたときの値に戻すか、空欄にしてください。")
        )
        return
    now = known.stamp
    if now == given:
        return
    changed = changed_fields(given, now)
    lost = [column for column in row.texts if column.field in changed and column.field in row.changes]
    for column in lost:
        row.refuse(
            column,
            _(
                "ファイルを作ったあとに変更されています(いまは「%(value)s」)。"
                "最新の内容をダウンロードして、直してください。"
            )
            % {"value": shown(column.field, known.values[column.field], shelf)},
        )
    if not changed:
        row.refuse(
            STAMP, _("ファイルを作ったあとに変更されています。最新の内容をダウンロードして、直してください。")
        )


def _find(
    tenant: Tenant, rows: list[Checked], keys: list[str], people: Mapping[str, Known], places: Places
) -> None:
    """Put the person to each row, or refuse it: unknown, empty, or perhaps without its leading zeros."""
    index = places[KEY]
    doubtful = {key for row, key in zip(rows, keys, strict=True) if index in row.row.numeric}
    doubtful |= {key for key in keys if key not in people}
    full = stored.extensions_like(tenant, doubtful)
    for row, key in zip(rows, keys, strict=True):
        known = people.get(key)
        lost_zeros = full.get(key) if known is None or index in row.row.numeric else None
        if lost_zeros:
            row.refuse(
                KEY,
                _(
                    "先頭の0が消えていませんか。「%(full)s」のことなら、セルの書式を「文字列」にして入力し直してください。"
                )
                % {"full": lost_zeros},
            )
        elif known is None and index not in row.row.troubles:
            row.refuse(KEY, _unknown(key))
        else:
            row.known = known


def _unknown(key: str) -> str:
    if not key:
        return _("内線番号が空です。変更する人の、いまの内線番号を入力してください。")
    return _(
        "内線番号「%(digits)s」のユーザはいません。番号を変えるときは「新しい内線番号」に入力してください。"
    ) % {"digits": key}
