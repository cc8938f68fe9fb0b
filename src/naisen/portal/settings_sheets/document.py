"""Settings sheets as one PDF, by typst."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from naisen.portal.settings_sheets.qr import qr_svg, softphone_text
from naisen.portal.settings_sheets.sheet import Sheet

TEMPLATE = Path(__file__).with_name("sheet.typ")
# Debian's fonts-morisawa-bizud-gothic: BIZ UDPGothic for text, BIZ UDGothic (fixed width) for what is typed off.
FONTS = Path("/usr/share/fonts/truetype/bizud-gothic")


class FontsMissing(Exception):
    """The package with the sheets' font is not installed."""


def pdf_of(sheets: Sequence[Sheet], words: dict[str, str]) -> bytes:
    """All sheets in one PDF, one A4 page each, in the order given."""
    return _compile(sheets, words, "pdf")


def png_of(sheet: Sheet, words: dict[str, str]) -> bytes:
    """One sheet as a picture, 144 dots an inch."""
    return _compile([sheet], words, "png")


def _compile(sheets: Sequence[Sheet], words: dict[str, str], format: Literal["pdf", "png"]) -> bytes:
    data = {"words": words, "sheets": [_values(sheet, words) for sheet in sheets]}
    compiled = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        format=format,
        ppi=144,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(compiled, bytes)
    return compiled


def _values(sheet: Sheet, words: dict[str, str]) -> dict[str, Any]:
    usable_from = words["usable_from"] % {"time": sheet.usable_from} if sheet.usable_from else None
    return {
        **asdict(sheet),
        "issued": words["issued"] % {"date": sheet.issued_on},
        "usable_from": usable_from,
        "qr": qr_svg(softphone_text(sheet)),
    }


@cache
def _fonts() -> typst.Fonts:
    """The fonts, read once a process: nothing of what else the machine has installed can slip in."""
    if not FONTS.is_dir():
        raise FontsMissing("install the Debian package fonts-morisawa-bizud-gothic")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
