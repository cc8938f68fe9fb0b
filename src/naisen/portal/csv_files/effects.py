"""確定すると起こること: what a row does to people and phones, in the clerk's words (S1-56)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from naisen.portal.csv_files.models import ImportRow
from naisen.portal.csv_files.stored import Shelf
from naisen.portal.devices.models import Device


def effects_of(row: ImportRow, shelf: Shelf, devices: Mapping[int, Device]) -> list[str]:
    """The sentences for a row that creates or changes."""
    if row.kind == ImportRow.Kind.CREATE:
        return list(_of_new(row, shelf, devices))
    return [*_of_extension(row), *_of_calls_in(row, shelf), *_of_calls_out(row, shelf), *_of_pin(row)]


def _of_new(row: ImportRow, shelf: Shelf, devices: Mapping[int, Device]) -> Iterable[str]:
    device = devices.get(row.change.get("device", 0))
    if device:
        yield _("端末 %(code)s (%(login)s) を割り当てます。") % {"code": device.code, "login": device.login}
    else:
        yield _("未使用の端末が足りないため、端末なしで登録します。あとでアカウント一覧で割り当てられます。")
    new = row.change["set"]
    for name in _departments(shelf, new.get("departments", ())):
        yield _("所属「%(name)s」の呼び出しで鳴ります。") % {"name": name}
    for name in _lines(shelf, new.get("inbound_lines", ())):
        yield _("%(line)s への着信で鳴ります。") % {"line": name}


def _of_extension(row: ImportRow) -> Iterable[str]:
    if "extension" in row.change["set"]:
        yield _("内線 %(old)s ではなく %(new)s で呼び出せるようになります。端末の設定は変わりません。") % {
            "old": row.change["was"]["extension"],
            "new": row.change["set"]["extension"],
        }


def _of_calls_in(row: ImportRow, shelf: Shelf) -> Iterable[str]:
    rings = _("%(where)sで、%(name)sさんの%(count)s台が新しく鳴ります。")
    silent = _("%(where)sで、%(name)sさんの%(count)s台は鳴らなくなります。")
    who = {"name": row.name, "count": row.change.get("phones", 0)}
    places = (
        ("departments", _departments, _("所属「%(name)s」の呼び出し")),
        ("inbound_lines", _lines, _("%(name)s への着信")),
    )
    for field, names_of, words in places:
        added, removed = _difference(row, field)
        for sentence, ids in ((rings, added), (silent, removed)):
            for name in names_of(shelf, ids):
                yield sentence % {"where": words % {"name": name}, **who}
    added, removed = _difference(row, "pickup_departments")
    for name in _departments(shelf, added):
        yield _("所属「%(name)s」で鳴っている電話に、代わりに出られるようになります。") % {"name": name}
    for name in _departments(shelf, removed):
        yield _("所属「%(name)s」で鳴っている電話に、代わりに出られなくなります。") % {"name": name}


def _of_calls_out(row: ImportRow, shelf: Shelf) -> Iterable[str]:
    added, removed = _difference(row, "outbound_lines")
    for name in _lines(shelf, added):
        yield _("%(line)s で発信できるようになります。") % {"line": name}
    for name in _lines(shelf, removed):
        yield _("%(line)s で発信できなくなります。") % {"line": name}
    if "default_line" in row.change["set"]:
        line = shelf.line_by_id.get(row.change["set"]["default_line"])
        yield _("発信に使う回線が %(line)s になります。") % {"line": line or _("共通初期回線")}


def _of_pin(row: ImportRow) -> Iterable[str]:
    if "pin" in row.change["set"]:
        if row.change["set"]["pin"]:
            yield _("端末でログインするときのパスワードが変わります。次のログインから有効です。")
        else:
            yield _("パスワードがなくなり、端末の操作ではログインできなくなります。")


def _difference(row: ImportRow, field: str) -> tuple[list[int], list[int]]:
    """Ids that are added, and those that are removed."""
    new, was = row.change["set"].get(field), row.change["was"].get(field)
    if new is None:
        return [], []
    return sorted(set(new) - set(was)), sorted(set(was) - set(new))


def _departments(shelf: Shelf, ids: Iterable[int]) -> list[str]:
    return [shelf.department_by_id[pk].name for pk in ids if pk in shelf.department_by_id]


def _lines(shelf: Shelf, ids: Iterable[int]) -> list[str]:
    return [str(shelf.line_by_id[pk]) for pk in ids if pk in shelf.line_by_id]
