"""The carriers' side: where calls on a trunk go, how they look there, and who may send us some (C-07, C-08)."""

from dataclasses import dataclass
from typing import Protocol

from naisen.edge.placing import Appearance, Destination
from naisen.routing import Dial

SOURCES = "trunk_sources"
"""Shared table: a carrier's address → the ids of the trunks that calls from it may belong to, as "3 7"."""

ANONYMOUS = "sip:anonymous@anonymous.invalid"
"""What a caller is called who is not to be named (RFC 3323 4.1.1.3)."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier as the edge needs it (a row of `edge.trunk`). `auth_user` is '' where the carrier asks nothing.

    `address` is where requests are sent: the carrier's own on UDP, on TCP and TLS its link's (`carrier_links`).
    """

    trunk_id: int
    host: str
    address: str
    realm: str
    auth_user: str
    auth_ha1: str

    def uri(self, number: str) -> str:
        """A number at this carrier."""
        return f"sip:{number}@{self.host}"


class Trunks(Protocol):
    """The directory's part."""

    def trunk(self, trunk_id: int) -> Trunk | None:
        """The carrier, None where it is gone."""


def destination(trunk: Trunk, dial: Dial) -> Destination:
    """Where the call goes."""
    return Destination(uri=trunk.uri(dial.number), at=trunk.address, person_id=dial.person_id)


def appearance(trunk: Trunk, dial: Dial) -> Appearance:
    """The line's number in From and P-Asserted-Identity; hidden in From alone, with Privacy (RFC 3325 7)."""
    own = trunk.uri(dial.shown_number)
    return Appearance(
        name="Anonymous" if dial.is_hidden else "",
        uri=ANONYMOUS if dial.is_hidden else own,
        asserted_uri=own,
        is_private=dial.is_hidden,
        to_uri=trunk.uri(dial.number),
        number="anonymous" if dial.is_hidden else dial.shown_number,
    )
