"""The call history as CSV for a spreadsheet: streamed, UTF-8 with BOM, CRLF, no cell that would be calculated."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import QueryDict

from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.naming import book_of, line_names
from naisen.portal.calls.queries import calls
from naisen.portal.calls.rows import cells, header, labels
from naisen.portal.csv_files.reading.formulas import defuse
from naisen.portal.frame.keyset import keyset_page
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

AT_ONCE = 2_000
MOST_ROWS = 1_000_000
"""What a spreadsheet can hold (Excel: 1,048,576 rows)."""


def csv_pieces(tenant: Tenant, found: QuerySet[CallRecord]) -> Iterator[bytes]:
    """The file piece by piece, the newest call first.

    Each piece is a query of its own, in the tenant's scope: no long one keeps a snapshot, and memory holds one
    piece.
    """
    yield "\ufeff".encode() + _lines([header()])
    places, words, zone = QueryDict(mutable=True), labels(), ZoneInfo(tenant.time_zone)
    for _piece in range(MOST_ROWS // AT_ONCE):
        with scope.scoped(scope.of_tenants([tenant.pk])):
            page = keyset_page(
                found, places, rows=calls(tenant), column="started_at", descending=True, size=AT_ONCE
            )
            book = book_of(tenant, page.rows, line_names(tenant))
        yield _lines([cells(call, book, words, _time(call.started_at, zone)) for call in page.rows])
        if not page.after:
            return
        places["after"] = page.after


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
