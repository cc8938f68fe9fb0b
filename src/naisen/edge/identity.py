"""What a phone may say of itself and of others: nothing. What the other phone is shown instead."""

import re

FOREIGN_HEADERS = (
    "^(P-.*|X-.*|Remote-Party-ID|Diversion|History-Info|Privacy|Identity|Call-Info|Alert-Info"
    "|Answer-Mode|Priv-Answer-Mode|Replaces|Join|Referred-By)$"
)
"""Headers (as a POSIX expression) that are taken off every request and reply of a call.

They claim an identity, or make the other phone act by itself (answer, join, replace).
"""

_MAY_BE_FOREIGN = re.compile(
    r"[\r\n](?:P-|X-|Remote-P|Diversion|History-|Privacy|Identity|Call-Inf|Alert-|Answer-|Priv-|Replaces|Join|Referred)",
    re.IGNORECASE,
)


def may_hold_foreign(message: str) -> bool:
    """Whether any line of the message begins as such a header does; quick, and never wrong where it says no."""
    return _MAY_BE_FOREIGN.search(message) is not None


def quoted(name: str) -> str:
    """A display name as a quoted string (RFC 3261 25.1), '' for none."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped else ""


def asserted(name: str, uri: str) -> str:
    """The P-Asserted-Identity header (RFC 3325)."""
    return f"P-Asserted-Identity: {quoted(name)} <{uri}>"
