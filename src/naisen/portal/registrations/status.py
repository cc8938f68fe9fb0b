"""What there is to know about a device's registration: three values, never a guess (rule 5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from naisen.portal.registrations.diagnosis import Diagnosis


class State(StrEnum):
    """Registered, not registered, cannot be known without asking, or no such thing for this kind."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, kw_only=True)
class Status:
    """The status of one device. `since` is when the present state began, where that is known.

    `reason` says why it is so (registrations.diagnosis). `password_from` is when its new password begins to work,
    where it does not yet (S1-111).
    """

    state: State
    reason: Diagnosis
    terminal: str = ""
    address: str = ""
    transport: str = ""
    since: datetime | None = None
    expires_at: datetime | None = None
    waits_for_login: bool = False
    password_from: datetime | None = None
