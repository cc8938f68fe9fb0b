"""A call that is up, as Kamailio reads it again when it starts: a row of `edge.dialog` (decision 0020)."""

import re
from collections.abc import Callable
from typing import NamedTuple

CONFIRMED = 4
CSEQ_CHANGED = 1 << 4
"""In `iflags`: a carrier's challenge has made the callee's CSeq another one; the variable CSEQ_DIFF says by how much."""
CSEQ_DIFF = "cseq_diff"
_ROUTE = re.compile(r"<[^>]*>")


class StoredDialog(NamedTuple):
    """Kamailio's columns by their names. `hash_entry` and `hash_id` name the dialog; times in s since 1970."""

    hash_entry: int
    hash_id: int
    callid: str
    from_uri: str
    from_tag: str
    to_uri: str
    to_tag: str
    caller_cseq: str
    callee_cseq: str
    caller_route_set: str | None
    callee_route_set: str | None
    caller_contact: str
    callee_contact: str
    caller_sock: str
    callee_sock: str
    state: int
    start_time: int
    timeout: int
    iflags: int
    req_uri: str


def callees_route(record_routes: str, is_us: Callable[[str], bool]) -> str | None:
    """The way from us to the callee, of an answer's Record-Routes: what stands above ours, the nearest first.

    `is_us` is asked for a URI (RFC 3261 12.1.2). None: there is nothing between.
    """
    between: list[str] = []
    for route in _ROUTE.findall(record_routes):
        if is_us(route[1:-1]):
            break
        between.append(route)
    return ",".join(reversed(between)) or None
