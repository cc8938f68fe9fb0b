"""Which extensions the rows of a file may take, all rows together (S1-32, S1-71).

Swaps and rings work, and a number that one row gives up may be taken by another. A row that is refused
gives nothing up, and so may refuse the next one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from naisen.portal.csv_files.checked import Checked
from naisen.portal.csv_files.columns import Column
from naisen.portal.csv_files.stored import Owner
from naisen.portal.numbering.actions import taken_by

NAMED = 5


def refuse_doubles(rows: Sequence[Checked], column: Column, texts: Sequence[str | None]) -> None:
    """Refuse rows that have the same text in `texts` (one for each row); each names the others."""
    places: defaultdict[str, list[Checked]] = defaultdict(list)
    for row, text in zip(rows, texts, strict=True):
        if text is not None:
            places[text].append(row)
    for text, same in places.items():
        if len(same) < 2:
            continue
        numbers = "、".join(str(row.number) for row in same[:NAMED]) + ("…" if len(same) > NAMED else "")
        for row in same:
            row.refuse(
                column,
                _("内線番号「%(digits)s」が%(rows)s行目にあります。どれか1行だけにしてください。")
                % {"digits": text, "rows": numbers},
            )


def refuse_taken(rows: Sequence[Checked], column: Column, owners: Mapping[str, Owner]) -> None:
    """Refuse rows whose extension belongs to somebody who does not give it up in this file."""
    leaving = {row.known.pk: row for row in rows if row.known and _means_to_move(row, column)}
    wanted: dict[str, Checked] = {}
    waiting: list[Checked] = []
    for row in rows:
        if row.target is None:
            continue
        if row.is_good:
            wanted[row.target] = row
        owner = owners.get(row.target)
        leaver = leaving.get(owner.person_id or 0) if owner else None
        if owner and leaver is not row and (leaver is None or not leaver.is_good):
            waiting.append(row)
    while waiting:
        row = waiting.pop()
        _refuse(row, column, owners, leaving)
        heir = wanted.get(row.known.extension) if row.known else None
        if heir and heir is not row and heir.is_good:
            waiting.append(heir)


def _means_to_move(row: Checked, column: Column) -> bool:
    """Whether the row would give its number up, were it not refused."""
    return bool(row.known) and row.texts.get(column, "").strip() not in (
        "",
        row.known and row.known.extension,
    )


def _refuse(
    row: Checked, column: Column, owners: Mapping[str, Owner], leaving: Mapping[int, Checked]
) -> None:
    digits = row.target or ""
    owner = owners[digits]
    reason = taken_by(digits, owner.name)
    leaver = leaving.get(owner.person_id or 0)
    if leaver:
        reason += _("(%(row)s行目にエラーがあるので、空きません)") % {"row": leaver.number}
    row.refuse(column, reason)
