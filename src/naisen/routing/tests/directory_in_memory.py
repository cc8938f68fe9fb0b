"""A directory in two dicts, for tests: who has which number, and which devices are registered."""

from naisen.routing import Called, Device, RingDevice


class DirectoryInMemory:
    """Answers routing's questions from `numbers` (digits → Called) and `bindings` (logins)."""

    def __init__(self, numbers: list[Called], bindings: set[str]) -> None:
        self.numbers = {called.digits: called for called in numbers}
        self.bindings = bindings
        self.asked: list[str] = []

    def called(self, domain: str, digits: str) -> Called | None:
        self.asked.append(digits)
        return self.numbers.get(digits)

    def registered(self, domain: str, login: str) -> bool:
        return login in self.bindings


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


def number(digits: str, *device_ids: int, kind: str = "person", why_not: str | None = None) -> Called:
    """A number that rings the devices d<id>…; each device is of the person with the same id."""
    devices = tuple(RingDevice(id, f"d{id}", id) for id in device_ids)
    return Called(digits, kind, 7, 60, why_not is None, why_not, devices)
