"""What routing may ask of the world, and the shapes of the answers.

The edge answers from the `edge.*` views and Kamailio's own table of bindings; the portal answers from
its models. Both implement `Directory`.
"""

from dataclasses import dataclass
from typing import Protocol

from naisen.routing.decision import Rate


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls a caller may have at once, by device and by tenant, and a minute; None: no limit.

    The edge counts (emergency calls pass, D-02); routing only hands the numbers on.
    """

    device_calls: int = 2
    tenant_calls: int | None = None
    calls_per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Device:
    """One SIP login (a row of `edge.device`), whatever its state.

    `ha1` is MD5(login:domain:password) in hex, or '' while no password is in force. `why_not` is None
    exactly when `may_register`. `login_only`: no person; where it may register, D-01 lets it dial the login
    code and nothing else.
    `extension` and `display_name` are those of its person ('' when it has none). `emergency_only`: the tenant is
    suspended and nothing else is wrong; the device may not register, but calls 110, 118 and 119 (D-02).
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
    limits: Limits = Limits()
    emergency_only: bool = False


@dataclass(frozen=True, slots=True)
class RingDevice:
    """A device that rings for a number (a row of `edge.ring`), registered or not.

    `do_not_disturb` is its person's: it rings for nobody then. `max_calls` as in `decision.Target`.
    """

    device_id: int
    login: str
    person_id: int | None
    do_not_disturb: bool = False
    max_calls: int = 2


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A person's forwarding by what happens: digits of an extension or a number outside, '' for none."""

    always: str = ""
    busy: str = ""
    no_answer: str = ""
    unregistered: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A dialled number (a row of `edge.number`) with the devices that ring for it.

    `kind` is 'person', 'department' or 'service'; `timeout_s` is how long it rings, in seconds.
    `forwarding` and `do_not_disturb` are a person's; a department has neither.
    """

    digits: str
    kind: str
    target_id: int
    timeout_s: int
    available: bool
    why_not: str | None
    devices: tuple[RingDevice, ...]
    name: str = ""
    forwarding: Forwarding = Forwarding()
    do_not_disturb: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a call comes in on it (a row of `edge.line`) with whom it rings (C-06).

    `no_answer` is 'busy', 'forward' or 'department' (S1-120), `no_answer_digits` where to then. `recipients`:
    the extensions of the people of its 着信回線 who are not stopped; `devices`: all of their devices.
    `is_open` is False while its tenant is suspended or closed. `max_calls` None: as many as come.
    """

    line_id: int
    tenant_id: int
    domain: str
    code: str
    number: str
    name: str
    trunk_id: int | None
    timeout_s: int
    max_calls: int | None
    no_answer: str
    no_answer_digits: str
    is_open: bool
    recipients: tuple[str, ...]
    devices: tuple[RingDevice, ...]


@dataclass(frozen=True, slots=True)
class OutLine:
    """A line as somebody may call out on it (a row of `edge.line_out`).

    `trunk_id` None: no carrier yet. `number_format` is the trunk's: 'national' (0312345678) or 'e164'
    (+81312345678).
    """

    line_id: int
    code: str
    number: str
    trunk_id: int | None
    number_format: str = "national"
    max_calls: int | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that decides about a call to outside: who may call where on what, and what it costs.

    `lines`: those the person may call out on. `allowed_countries`: ISO 3166 letters, none by default.
    `yen_per_day` None: no cap. `spent_yen`: what the tenant's calls of today have cost, whole yen, rounded up.
    `rate`: that of the number, None: no charge.
    """

    lines: tuple[OutLine, ...]
    allowed_countries: tuple[str, ...] = ()
    yen_per_day: int | None = None
    spent_yen: int = 0
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call as an authenticated device asks for it: who, and the digits it dialled."""

    caller: Device
    digits: str


@dataclass(frozen=True, slots=True)
class LineCall:
    """A call that comes in on a line, from the trunk `trunk_id`. `caller_number` is '' where it is hidden."""

    line: Line
    trunk_id: int
    caller_number: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """A call on its way, for `decide_next`: whose numbers hold, and where it has been.

    `caller_device_id` is left out when the call comes back to its caller's own number; None for a call from
    outside. `path` is that of the last `Ring`.
    """

    domain: str
    tenant_id: int
    caller_device_id: int | None = None
    path: tuple[str, ...] = ()
    is_hidden: bool = False


class Numbers(Protocol):
    """The questions about numbers inside. Each may raise; routing lets that pass."""

    def called(self, domain: str, digits: str) -> Called | None:
        """The number with its devices, or None where the tenant has no such number."""

    def registered(self, domain: str, login: str) -> bool:
        """Whether the device has a binding now."""


class Directory(Numbers, Protocol):
    """All that routing asks."""

    def outgoing(self, person_id: int, number: str) -> Outgoing:
        """What holds when the person calls `number` (national, or + and country code).

        The tenant's common line is among the lines where the person may call out on it, and the default one
        where she has none of her own (S1-36, S1-40).
        """

    def line_outgoing(self, line_id: int, number: str) -> Outgoing:
        """The same for a line that forwards by itself: that line alone, as the default one."""

    def emergency_lines(self, tenant_id: int, person_id: int) -> tuple[OutLine, ...]:
        """Every line of the tenant that has a trunk: the person's default, the common line, the others (D-02)."""

    def pickup_departments(self, person_id: int) -> tuple[int, ...]:
        """The departments whose ringing calls the person may pick up (S1-37)."""
