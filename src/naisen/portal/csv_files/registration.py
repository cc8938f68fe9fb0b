"""A file that registers people: the rules of ユーザ登録 over all rows at once (S1-50 … S1-57)."""

from naisen.portal.csv_files import columns, stored
from naisen.portal.csv_files.cells import Cells
from naisen.portal.csv_files.checked import Checked, kept
from naisen.portal.csv_files.columns import EXTENSION
from naisen.portal.csv_files.numbers import refuse_doubles, refuse_taken
from naisen.portal.csv_files.reading.sheet import Sheet
from naisen.portal.csv_files.rows import check_together, read_cells, texts_of
from naisen.portal.people.pins import hash_pin
from naisen.portal.tenants.models import Tenant

# What somebody new gets where the file says nothing; as the screen's form begins (S1-41).
DEFAULTS = {
    "kana": "",
    "pin": "",
    "departments": (),
    "default_line": None,
    "pickup_departments": (),
    "inbound_lines": (),
    "outbound_lines": (),
    "ring_timeout_s": 60,
    "memo": "",
}


def check_registration(tenant: Tenant, sheet: Sheet) -> list[Checked]:
    """Every row as somebody new; the good ones get the first 未使用 devices (S1-52). Raises Unreadable."""
    places = columns.places(columns.REGISTRATION, sheet)
    shelf = stored.shelf_of(tenant)
    rows = texts_of(sheet, places)
    read = Cells(shelf).value
    for row in rows:
        if not row.texts.get(columns.TIMEOUT, "").strip():
            row.texts[columns.TIMEOUT] = str(DEFAULTS["ring_timeout_s"])
        read_cells(row, read)
        check_together(row, shelf, EXTENSION)
    extensions = [row.target for row in rows]
    refuse_doubles(rows, EXTENSION, extensions)
    refuse_taken(rows, EXTENSION, stored.owners(tenant, {digits for digits in extensions if digits}))
    good = kept(rows)
    for row, device in zip(good, stored.free_devices(tenant, len(good)), strict=False):
        row.device = device
    for row in good:
        row.values = {**DEFAULTS, **row.values, "pin": hash_pin(row.values.get("pin", ""))}
        row.changes = row.values
    return rows
