"""Many settings sheets in one PDF: pieces in processes of their own, then put together.

The figures stand in docs/decisions/0011-many-sheets.md.
"""

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from typing import BinaryIO

from pypdf import PdfWriter

from naisen.portal.printing.apart import run_apart
from naisen.portal.settings_sheets.sheet import Layout, Sheet

# Sheets in one process: 250 take 220 MB while it lasts. Two at a time: the machine has calls to carry, too.
PIECE = 250
AT_ONCE = min(2, os.cpu_count() or 1)
MODULE = "naisen.portal.settings_sheets.piece"

Report = Callable[[int], None]


def write_pdf(
    sheets: Iterable[Sheet],
    words: Mapping[str, str],
    layout: Layout,
    out: BinaryIO,
    *,
    report: Report = lambda done: None,
) -> None:
    """Write all sheets to `out`, a page each, in the order given; `report` hears how many are done.

    Raises printing.apart.PrintingFailed. `sheets` is read as it is needed: of 10,000, never more than
    AT_ONCE + 1 pieces are in memory.
    """
    writer, done = PdfWriter(), 0
    for size, pdf in _pieces(sheets, words, layout):
        writer.append(io.BytesIO(pdf), import_outline=False)
        done += size
        report(done)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=False)
    writer.write(out)


def _pieces(sheets: Iterable[Sheet], words: Mapping[str, str], layout: Layout) -> Iterator[tuple[int, bytes]]:
    """Size and PDF of each piece, in order; AT_ONCE are in the making."""
    source = iter(sheets)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = []
        while piece := list(islice(source, PIECE)):
            waiting.append((len(piece), pool.submit(_piece, piece, words, layout)))
            if len(waiting) > AT_ONCE:
                size, making = waiting.pop(0)
                yield size, making.result()
        for size, making in waiting:
            yield size, making.result()


def _piece(sheets: Sequence[Sheet], words: Mapping[str, str], layout: Layout) -> bytes:
    data = {"words": dict(words), "layout": layout, "sheets": [asdict(sheet) for sheet in sheets]}
    return run_apart(MODULE, json.dumps(data).encode())
