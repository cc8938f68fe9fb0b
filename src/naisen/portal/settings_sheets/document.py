"""Settings sheets as one PDF, by typst."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from naisen.portal.printing.typesetting import typeset
from naisen.portal.settings_sheets.qr import qr_png, softphone_text
from naisen.portal.settings_sheets.sheet import Layout, Sheet

TEMPLATE = Path(__file__).with_name("sheet.typ")


def pdf_of(
    sheets: Sequence[Sheet],
    words: Mapping[str, str],
    *,
    layout: Layout = Layout.ANY_PHONE,
    tagged: bool = True,
) -> bytes:
    """All sheets in one PDF, one A4 page each, in the order given."""
    return typeset(TEMPLATE, _data(sheets, words, layout), tagged=tagged)


def png_of(sheet: Sheet, words: Mapping[str, str], *, layout: Layout = Layout.ANY_PHONE) -> bytes:
    """One sheet as a picture, 144 dots an inch."""
    return typeset(TEMPLATE, _data([sheet], words, layout), format="png")


def _data(sheets: Sequence[Sheet], words: Mapping[str, str], layout: Layout) -> dict[str, Any]:
    return {"words": dict(words), "layout": layout, "sheets": [_values(sheet, words) for sheet in sheets]}


def _values(sheet: Sheet, words: Mapping[str, str]) -> dict[str, Any]:
    usable_from = words["usable_from"] % {"time": sheet.effective_at} if sheet.is_waiting else None
    return {
        **asdict(sheet),
        "issued": words["issued"] % {"date": sheet.issued_on},
        "usable_from": usable_from,
        "qr": list(qr_png(softphone_text(sheet))),
    }
