"""Record-Route by hand, for calls whose branches differ (RFC 3261 16.6, RFC 5658).

Kamailio's rr writes a given Record-Route once a message: the second phone of a group would get none, and its BYE
would pass us by. What rr, dialog and uac add to theirs is added here as they do it: they read it in later requests.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Passed:
    """What is read again when a request within the dialog comes by.

    `from_tag`: tells which way it goes. `dialog`: Kamailio's numbers of the dialog (entry, id), None without one.
    `replaced`: parameter ('vsf' for From, 'vst' for To) → the URI that stood there, and the one that was put there.
    """

    from_tag: str
    dialog: tuple[int, int] | None
    replaced: Sequence[tuple[str, str, str]]


def record_route(addresses: Sequence[str], passed: Passed, password: str) -> str:
    """The headers, one for each of our addresses, the first on top; with two, both say that they are a pair (r2)."""
    parameters = ["r2=on"] if len(addresses) > 1 else []
    if passed.from_tag:
        parameters.append(f"ftag={passed.from_tag}")
    if passed.dialog is not None:
        parameters.append("did=" + ".".join(f"{number:x}"[::-1] for number in passed.dialog))
    parameters += [f"{name}={both(old, new, password)}" for name, old, new in passed.replaced]
    return "".join(
        f"Record-Route: <sip:{';'.join((address, *parameters, 'lr=on'))}>\r\n" for address in addresses
    )


def both(old: str, new: str, password: str) -> str:
    """Two URIs in one: whoever has one of them, and the password, gets the other (uac's `restore_mode` auto)."""
    joined = bytes(one ^ other for one, other in zip_longest(old.encode(), new.encode(), fillvalue=0))
    key = password.encode()
    hidden = bytes(byte ^ key[place % len(key)] for place, byte in enumerate(joined))
    return b64encode(hidden).decode().replace("=", "-")
