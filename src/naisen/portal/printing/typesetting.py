"""One document by typst: a template of ours, and data as JSON that it cannot run."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

# Debian's fonts-morisawa-bizud-gothic: BIZ UDPGothic for text, BIZ UDGothic (fixed width) for what is typed off.
FONTS = Path("/usr/share/fonts/truetype/bizud-gothic")


class FontsMissing(Exception):
    """The package with the documents' font is not installed."""


def typeset(
    template: Path,
    data: Any,
    *,
    root: Path | None = None,
    format: Literal["pdf", "png"] = "pdf",
    tagged: bool = True,
) -> bytes:
    """The template's document; it finds `data` in `sys.inputs.data`, and pictures under `root`.

    A PNG has 144 dots an inch. A PDF without tags (what a screen reader goes by) takes a sixth less time,
    and a third of the bytes.
    """
    compiled = typst.compile(
        template,
        root=root or template.parent,
        font_paths=_fonts(),
        format=format,
        ppi=144,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_tags=tagged,
    )
    assert isinstance(compiled, bytes)
    return compiled


@cache
def _fonts() -> typst.Fonts:
    """The fonts, read once a process: nothing of what else the machine has installed can slip in."""
    if not FONTS.is_dir():
        raise FontsMissing("install the Debian package fonts-morisawa-bizud-gothic")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
