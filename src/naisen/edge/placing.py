"""What the engine needs to place a call: whom to ring, for how long, and what they are shown."""

from dataclasses import dataclass
from enum import Enum


class Placed(Enum):
    """What became of an attempt to place a call."""

    RINGING = "ringing"
    NOBODY = "nobody"  # every binding was gone when it was looked at again
    NO_MEDIA_RELAY = "no_media_relay"


@dataclass(frozen=True, slots=True)
class Destination:
    """One branch: the phone of `login`, wherever it is bound, or a SIP `uri`, sent to `at` where that is set."""

    login: str = ""
    uri: str = ""
    at: str = ""
    device_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the called side sees of the caller: From, and P-Asserted-Identity (RFC 3325).

    `is_private` adds Privacy: id (RFC 3323). `to_uri` is set towards a carrier: it stands in To, and whatever else
    tells of our inside (Contact, Via, User-Agent, names in the SDP) is replaced; `number` is what Contact says then.
    """

    name: str
    uri: str
    asserted_uri: str
    is_private: bool = False
    to_uri: str = ""
    number: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it is a carrier that sees it."""
        return bool(self.to_uri)


@dataclass(frozen=True, slots=True)
class Placing:
    """One stage of a call.

    `note` is kept with the dialog until the call ends, over a restart too. With `one_decline_ends` a 6xx from one
    device ends the whole stage. `may_go_on`: another stage may follow that shows something else. `is_mixed`: a phone
    on TLS or WSS may take part (C-01), if only by picking the call up. `ringing`: what a
    picker must know, '' where nobody may pick up. `replaces`: the value of a Replaces header (RFC 3891).
    `caller_line`: the number that we are to a calling carrier, '' where a phone calls.
    """

    timeout_s: int
    appearance: Appearance
    note: str
    one_decline_ends: bool = True
    may_go_on: bool = False
    is_mixed: bool = False
    ringing: str = ""
    replaces: str = ""
    caller_line: str = ""


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """What a carrier's 401 or 407 is answered with (RFC 2617); `at`: where it goes; `appearance` as the first time."""

    realm: str
    user: str
    ha1: str
    at: str
    appearance: Appearance


@dataclass(frozen=True, slots=True)
class Branch:
    """How one branch has fared: when it began to ring (ms since 1970, None: never), its final code (0: none)."""

    rang_ms: int | None
    code: int
