"""A directory that can be away."""

from dataclasses import dataclass, field, replace

from naisen.edge.call_record import CallRecord
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.spending import Day
from naisen.edge.subscription import Subscription
from naisen.edge.transfer import Running
from naisen.edge.trunks import Trunk
from naisen.routing import Called, Device, Line, Outgoing, OutLine


@dataclass
class FakeDirectory:
    """Devices and numbers in dicts; with `is_away` every question raises DirectoryUnavailable."""

    devices: list[Device] = field(default_factory=list)
    numbers: list[Called] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    trunks: list[Trunk] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    out_lines: tuple[OutLine, ...] = ()
    running: dict[str, Running] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    departments: tuple[int, ...] = ()
    today: Day = field(default_factory=lambda: Day(None, 0))
    subscribed: dict[str, Subscription] = field(default_factory=dict)
    is_away: bool = False
    noted: list[str] = field(default_factory=list)
    written: list[CallRecord] = field(default_factory=list)

    def device(self, login: str, domain: str) -> Device | None:
        self._ask()
        return next((d for d in self.devices if (d.login, d.domain) == (login, domain)), None)

    def has_domain(self, domain: str) -> bool:
        self._ask()
        return any(device.domain == domain for device in self.devices)

    def note_failure(self, domain: str, login: str, address: str, reason: str, terminal: str) -> None:
        self._ask()
        self.noted.append(reason)

    def note_leaving(self, login: str, domain: str) -> None:
        self._ask()
        self.noted.append("leaving")

    def called(self, domain: str, digits: str) -> Called | None:
        self._ask()
        return next((called for called in self.numbers if called.digits == digits), None)

    def registered(self, domain: str, login: str) -> bool:
        return login in self.bound

    def outgoing(self, person_id: int, number: str) -> Outgoing:
        self._ask()
        return Outgoing(self.out_lines)

    def line_outgoing(self, line_id: int, number: str) -> Outgoing:
        self._ask()
        return Outgoing(tuple(line for line in self.out_lines if line.line_id == line_id))

    def emergency_lines(self, tenant_id: int, person_id: int) -> tuple[OutLine, ...]:
        self._ask()
        return self.out_lines

    def pickup_departments(self, person_id: int) -> tuple[int, ...]:
        self._ask()
        return self.departments

    def trunk(self, trunk_id: int) -> Trunk | None:
        self._ask()
        return next((trunk for trunk in self.trunks if trunk.trunk_id == trunk_id), None)

    def trunk_of_code(self, code: str) -> int | None:
        self._ask()
        return self.codes.get(code)

    def line_called(self, number: str) -> Line | None:
        self._ask()
        return next((line for line in self.lines if line.number == number), None)

    def day(self, tenant_id: int) -> Day:
        self._ask()
        return self.today

    def running_call(self, call_id: str) -> Running | None:
        self._ask()
        return self.running.get(call_id)

    def add_subscription(self, subscription: Subscription, most: int) -> bool:
        self._ask()
        if len(self.subscribed) >= most:
            return False
        self.subscribed[subscription.local_tag] = subscription
        return True

    def renew_subscription(self, renewed: Subscription) -> Subscription | None:
        self._ask()
        known = self.subscribed.get(renewed.local_tag)
        if known is None or known.device_id != renewed.device_id or known.cseq >= renewed.cseq:
            return None
        changes = {name: getattr(renewed, name) for name in ("contact", "sent_to", "cseq", "expires_ms")}
        self.subscribed[renewed.local_tag] = replace(known, **changes)
        return self.subscribed[renewed.local_tag]

    def insert_record(self, record: CallRecord) -> None:
        self._ask()
        self.written.append(record)

    def _ask(self) -> None:
        if self.is_away:
            raise DirectoryUnavailable("away")
