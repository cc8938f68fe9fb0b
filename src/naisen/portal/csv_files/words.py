"""Rows, values and effects as a clerk reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from naisen.portal.csv_files.cells import PIN_IS_SET
from naisen.portal.csv_files.checked import HIDDEN
from naisen.portal.csv_files.columns import COLUMN_OF
from naisen.portal.csv_files.effects import effects_of
from naisen.portal.csv_files.models import ImportRow
from naisen.portal.csv_files.stored import Shelf, shelf_of
from naisen.portal.devices.models import Device
from naisen.portal.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that changes: what it is called, before and after. `before` None: there was nobody before."""

    label: str
    before: str | None
    after: str


@dataclass(slots=True)
class Line:
    """One row of the preview."""

    row: int
    name: str
    extension: str
    kind: str
    kind_label: str
    cells: list[Cell] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


def lines_of(tenant: Tenant, rows: Iterable[ImportRow]) -> list[Line]:
    """What one page of the preview shows; three queries for all of it."""
    page = list(rows)
    shelf = shelf_of(tenant)
    ids = [row.change["device"] for row in page if "device" in row.change]
    devices = Device.objects.select_related("server").filter(tenant=tenant).in_bulk(ids)
    return [_line(row, shelf, devices) for row in page]


def _line(row: ImportRow, shelf: Shelf, devices: Mapping[int, Device]) -> Line:
    line = Line(row.row, row.name, row.extension, row.kind, str(ImportRow.Kind(row.kind).label))
    if row.kind == ImportRow.Kind.ERROR:
        line.cells = [Cell(column, None, value) for column, value, _why in row.change["problems"] if column]
        line.problems = [reason for _column, _value, reason in row.change["problems"]]
    elif row.change:
        new, was = row.change["set"], row.change.get("was")
        line.cells = [
            _cell(name, value, was, shelf) for name, value in new.items() if was or _says(name, value)
        ]
        line.effects = effects_of(row, shelf, devices)
    return line


def _says(name: str, value: object) -> bool:
    """Whether a new person's field is worth a line: name and extension stand beside it already."""
    return (
        name not in ("name", "extension")
        and value not in ("", None, [])
        and (name, value)
        != (
            "ring_timeout_s",
            60,
        )
    )


def _cell(name: str, value: object, was: Mapping[str, object] | None, shelf: Shelf) -> Cell:
    label = str(COLUMN_OF[name])
    before = None if was is None else (shown(name, was[name], shelf) or _("(空欄)"))
    after = HIDDEN if name == "pin" and value else shown(name, value, shelf)
    return Cell(label, before, after or _("(空欄)"))


def shown(name: str, value: object, shelf: Shelf) -> str:
    """A stored value as a clerk reads it; never the PIN."""
    if name == "pin":
        return str(PIN_IS_SET) if value else ""
    if name in ("departments", "pickup_departments") and isinstance(value, (tuple, list)):
        found = [shelf.department_by_id.get(pk) for pk in value]
        return "、".join(row.name if row else "?" for row in found)
    if name in ("inbound_lines", "outbound_lines") and isinstance(value, (tuple, list)):
        return "、".join(str(shelf.line_by_id.get(pk, "?")) for pk in value)
    if name == "default_line":
        return str(shelf.line_by_id.get(value, "?")) if isinstance(value, int) else _("共通初期回線")
    return str(value)
