"""Reads a file, checks every row, and stores what it would do; writes nothing else (S1-54, S1-56)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal import bulk
from naisen.portal.csv_files.checked import Checked
from naisen.portal.csv_files.columns import EXTENSION, KEY, NAME, NEW_EXTENSION, PIN, STAMP, Column
from naisen.portal.csv_files.columns import is_known as is_known_header
from naisen.portal.csv_files.edit import check_edit
from naisen.portal.csv_files.keeping import seal
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.reading.read import read
from naisen.portal.csv_files.reading.sheet import Sheet
from naisen.portal.csv_files.registration import check_registration
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

CHECKS = {Import.Kind.REGISTRATION: check_registration, Import.Kind.EDIT: check_edit}
ROWS_AT_ONCE = 2000
COLUMNS = {
    "tenant_id": "bigint",
    "file_id": "bigint",
    "row": "integer",
    "kind": "text",
    "name": "text",
    "extension": "text",
    "change": "jsonb",
    "person_id": "bigint",
    "stamp": "text",
}


@transaction.atomic
def preview(*, by: Login | None, tenant: Tenant, kind: Import.Kind, name: str, data: bytes) -> Import:
    """Store what the file would do, row by row; raises Unreadable when it cannot be read as a whole."""
    sheet = read(data, name, known=is_known_header)
    rows = CHECKS[kind](tenant, sheet)
    counts = Counter(kind_of(row) for row in rows)
    file = Import(
        tenant=tenant,
        kind=kind,
        file_name=PurePath(name.replace("\\", "/")).name[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=sheet.encoding,
        notes=[*sheet.notes, *notes_of(sheet, rows)],
        login=by,
        login_name=by.name if by else "",
        creates=counts[ImportRow.Kind.CREATE],
        updates=counts[ImportRow.Kind.UPDATE],
        unchanged=counts[ImportRow.Kind.SAME],
        errors=counts[ImportRow.Kind.ERROR],
        without_device=sum(kind_of(row) == ImportRow.Kind.CREATE and row.device is None for row in rows),
    )
    if file.errors:
        refused = {row.number: row.row.cells for row in rows if not row.is_good}
        file.rejected = seal(file, header=sheet.header, rows=refused)
    file.save()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        bulk.insert("csv_files_importrow", COLUMNS, [stored(file, row) for row in part])
    return file


def kind_of(row: Checked) -> ImportRow.Kind:
    """What a checked row does."""
    if not row.is_good:
        return ImportRow.Kind.ERROR
    if row.known is None:
        return ImportRow.Kind.CREATE
    return ImportRow.Kind.UPDATE if row.changes else ImportRow.Kind.SAME


def stored(file: Import, row: Checked) -> dict[str, Any]:
    """The ImportRow: what the preview shows and the job carries out."""
    kind = kind_of(row)
    known = row.known
    name = known.name if known else row.texts.get(NAME, "").strip()
    typed = row.texts.get(EXTENSION, row.texts.get(KEY, ""))
    extension = known.extension if known else row.target or typed
    return {
        "tenant_id": file.tenant_id,
        "file_id": file.pk,
        "row": row.number,
        "kind": kind,
        "name": name[:100],
        "extension": extension[:32],
        "change": change_of(row, kind),
        "person_id": known.pk if known else None,
        "stamp": known.stamp if known and kind == ImportRow.Kind.UPDATE else "",
    }


def change_of(row: Checked, kind: ImportRow.Kind) -> dict[str, Any]:
    """What ImportRow.change holds."""
    if kind == ImportRow.Kind.ERROR:
        return {"problems": [[p.column, p.value, p.reason] for p in row.problems]}
    if kind == ImportRow.Kind.SAME:
        return {}
    change: dict[str, Any] = {"set": row.changes}
    if row.known:
        change["was"] = {field: row.known.values[field] for field in row.changes}
        change["phones"] = len(row.known.devices)
    elif row.device:
        change["device"] = row.device
    return change


def notes_of(sheet: Sheet, rows: Sequence[Checked]) -> list[str]:
    """What the clerk should know about the file as a whole."""
    notes = []
    if rows and any(column.field == "key" for column in rows[0].texts) and _lacks_stamps(rows):
        notes.append(
            _(
                "更新番号のない行は、ファイルを作ったあとにほかの人が変更していても見分けられません。"
                "変更前の値をよく確かめてください。"
            )
        )
    for column in (EXTENSION, NEW_EXTENSION, PIN):
        if _is_numeric(sheet, rows, column):
            notes.append(
                _(
                    "「%(column)s」に数値のセルがあります。先頭の0は消えています。"
                    "0から始まる番号があれば、セルの書式を「文字列」にして入力し直してください。"
                )
                % {"column": column}
            )
    return notes


def _lacks_stamps(rows: Sequence[Checked]) -> bool:
    return any(not row.texts.get(STAMP, "").strip() for row in rows)


def _is_numeric(sheet: Sheet, rows: Sequence[Checked], column: Column) -> bool:
    if not rows or column not in rows[0].texts or not any(row.row.numeric for row in rows):
        return False
    index = [plain for plain in range(len(sheet.header)) if sheet.header[plain].rstrip("*") == str(column)]
    return any(index and index[0] in row.row.numeric for row in rows)
