"""What there is to know about a device's registration: three values, never a guess (rule 5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Registered, not registered, cannot be known without asking, or no such thing for this kind."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a device is not registered. `code` has its words in naisen.portal.registrations.words.

    `at` is when it was last seen to be so, `count` how often within that hour; `effective_at` is
    when a password that is not valid yet will be.
    """

    code: str
    at: datetime | None = None
    count: int = 0
    address: str = ""
    terminal: str = ""
    effective_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Status:
    """The status of one device. `since` is when the present state began, where that is known."""

    state: State
    terminal: str = ""
    address: str = ""
    transport: str = ""
    since: datetime | None = None
    expires_at: datetime | None = None
    waits_for_login: bool = False
    reason: Reason | None = None
