"""A directory in a few dicts, for tests: who has which number, which devices are registered, which lines there are."""

from dataclasses import dataclass, field

from naisen.routing import Called, Device, Line, Outgoing, OutLine, RingDevice

NOTHING = Outgoing(())


@dataclass
class DirectoryInMemory:
    """Answers routing's questions from `numbers` (digits → Called), `bindings` (logins) and what else is set.

    `out` holds for everybody who asks; `line_out` for the lines that forward by themselves.
    """

    called_numbers: list[Called] = field(default_factory=list)
    bindings: set[str] = field(default_factory=set)
    out: Outgoing = NOTHING
    line_out: Outgoing = NOTHING
    emergency: tuple[OutLine, ...] = ()
    pickup: tuple[int, ...] = ()
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = {called.digits: called for called in self.called_numbers}

    def called(self, domain: str, digits: str) -> Called | None:
        self.asked.append(digits)
        return self.numbers.get(digits)

    def registered(self, domain: str, login: str) -> bool:
        return login in self.bindings

    def outgoing(self, person_id: int, number: str) -> Outgoing:
        self.asked.append(f"{person_id} {number}")
        return self.out

    def line_outgoing(self, line_id: int, number: str) -> Outgoing:
        self.asked.append(f"line {line_id} {number}")
        return self.line_out

    def emergency_lines(self, tenant_id: int, person_id: int) -> tuple[OutLine, ...]:
        return self.emergency

    def pickup_departments(self, person_id: int) -> tuple[int, ...]:
        return self.pickup


def device(
    device_id: int, *, person_id: int | None = 1, why_not: str | None = None, **more: object
) -> Device:
    """A device `d<id>` of person `person_id`; with `why_not` it may not register."""
    values: dict[str, object] = {
        "login": f"d{device_id}",
        "domain": "a.test",
        "device_id": device_id,
        "tenant_id": 1,
        "ha1": "0" * 32,
        "person_id": person_id,
        "extension": "1000",
        "display_name": "田中",
        "may_register": why_not is None,
        "login_only": False,
        "why_not": why_not,
    }
    return Device(**(values | more))  # type: ignore[arg-type]


def number(
    digits: str, *device_ids: int, kind: str = "person", why_not: str | None = None, **more: object
) -> Called:
    """A number that rings the devices d<id>…; each device is of the person with the same id."""
    devices = tuple(RingDevice(id, f"d{id}", id) for id in device_ids)
    return Called(digits, kind, 7, 60, why_not is None, why_not, devices, **more)  # type: ignore[arg-type]


def out_line(line_id: int = 1, **more: object) -> OutLine:
    """A line `00<id>` with a trunk, the default one; its number ends in its id."""
    values: dict[str, object] = {
        "code": f"00{line_id}",
        "number": f"031234567{line_id}",
        "trunk_id": 5,
        "is_default": True,
    }
    return OutLine(line_id, **(values | more))  # type: ignore[arg-type]


def line(*device_ids: int, recipients: tuple[str, ...] = ("2000", "3000"), **more: object) -> Line:
    """A line of trunk 5 that rings the devices d<id>…, for 20 seconds."""
    values: dict[str, object] = {
        "line_id": 9,
        "tenant_id": 1,
        "domain": "a.test",
        "code": "001",
        "number": "0312345678",
        "name": "代表",
        "trunk_id": 5,
        "timeout_s": 20,
        "max_calls": None,
        "no_answer": "busy",
        "no_answer_digits": "",
        "is_open": True,
        "recipients": recipients,
        "devices": tuple(RingDevice(id, f"d{id}", id) for id in device_ids),
    }
    return Line(**(values | more))  # type: ignore[arg-type]
