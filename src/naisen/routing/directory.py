"""What routing may ask of the world, and the shapes of the answers.

The edge answers from the `edge.*` views and Kamailio's own table of bindings; the portal answers from
its models. Both implement `Directory`.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Device:
    """One SIP login (a row of `edge.device`), whatever its state.

    `ha1` is MD5(login:domain:password) in hex, or '' while no password is in force. `why_not` is None
    exactly when `may_register`. `login_only`: no person; where it may register, D-01 lets it dial the login
    code and nothing else.
    `extension` and `display_name` are those of its person ('' when it has none).
    """

    login: str
    domain: str
    device_id: int
    tenant_id: int
    ha1: str
    person_id: int | None
    extension: str
    display_name: str
    may_register: bool
    login_only: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class RingDevice:
    """A device that rings for a number (a row of `edge.ring`), registered or not."""

    device_id: int
    login: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """A dialled number (a row of `edge.number`) with the devices that ring for it.

    `kind` is 'person', 'department' or 'service'; `timeout_s` is how long it rings, in seconds.
    """

    digits: str
    kind: str
    target_id: int
    timeout_s: int
    available: bool
    why_not: str | None
    devices: tuple[RingDevice, ...]


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call as an authenticated device asks for it: who, and the digits it dialled."""

    caller: Device
    digits: str


class Directory(Protocol):
    """The two questions routing asks. Either may raise; routing lets that pass."""

    def called(self, domain: str, digits: str) -> Called | None:
        """The number with its devices, or None where the tenant has no such number."""

    def registered(self, domain: str, login: str) -> bool:
        """Whether the device has a binding now."""
