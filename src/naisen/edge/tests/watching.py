"""A subscription, and a notifier without a SIP server."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from naisen.edge import lamps
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.notifier import ANSWERS, Notifier
from naisen.edge.subscribing import SUBSCRIBED
from naisen.edge.subscription import Subscription
from naisen.edge.tests.fake_engine import FakeEngine

ONE = Subscription(
    *("t1", "theirs", "call-1", "dialog", "", 1, 1, "d1", "a.test", "person", 12, "sip:2000@a.test"),
    *("sip:d1@a.test", "sip:2000@a.test", "sip:d1@10.0.0.5:5060", "sip:192.0.2.7:5062;transport=udp"),
    *(1, 3_600_000),
)


@dataclass
class Phones(FakeEngine):
    """The shared tables, and every NOTIFY that was sent."""

    reached: bool = True
    bound_at: str = ""
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send_notify(self, contact: str, to: str, headers: str, body: str) -> bool:
        self.sent.append((to, headers, body))
        return self.reached

    def own_contact(self, user: str, address: str) -> str:
        return f"sip:{user}@192.0.2.1:5060"

    def where_bound(self, login: str, domain: str) -> str:
        return self.bound_at

    def now_ms(self) -> int:
        return self.clock_ms

    def states(self) -> list[str]:
        """Subscription-State of everything sent since the last look, or the first call's state where it is active."""
        found = [_shown(headers, body) for _, headers, body in self.sent]
        self.sent = []
        return found


def _shown(headers: str, body: str) -> str:
    state = re.findall(r"Subscription-State: (.*)\r", headers)[0]
    inner = re.findall(r"<state>(\w+)", body)
    return str(state) if state.startswith("terminated") else " ".join(inner) or "free"


@dataclass
class Store:
    """What the notifier reads and writes."""

    stored: list[Subscription] = field(default_factory=list)
    unwanted: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def subscriptions(self) -> list[Subscription]:
        self._ask()
        return self.stored

    def note_notified(self, counts: Mapping[str, int]) -> None:
        self._ask()
        self.counts |= counts

    def end_subscriptions(self, tags: Iterable[str]) -> None:
        self._ask()
        self.ended |= set(tags)

    def unwanted_subscriptions(self) -> list[tuple[str, str]]:
        self._ask()
        return self.unwanted

    def _ask(self) -> None:
        if self.is_away:
            raise DirectoryUnavailable("away")


class Running:
    """A notifier with a clock that the test turns."""

    def __init__(self, *stored: Subscription) -> None:
        self.now = 1000.0
        self.phones, self.store = Phones(), Store(list(stored))
        self.lines: list[str] = []
        self.notifier = Notifier(self.store, self.lines.append, lambda: self.now)

    def tick(self, later_s: float = 0.1) -> list[str]:
        """One look; what the phones were told."""
        self.now += later_s
        self.phones.clock_ms += int(later_s * 1000)
        self.notifier.tick(self.phones)
        return self.phones.states()

    def subscribe(self, one: Subscription = ONE) -> None:
        """A SUBSCRIBE has been accepted."""
        self.phones.set_text(SUBSCRIBED, one.local_tag, one.to_text())

    def talk(self, name: str = "1:1:c") -> None:
        """2000's person is on the phone."""
        self.phones.set_text(lamps.TALKING, name, "1 11 12")
        self.phones.set_text(lamps.CHANGED, "1", "1")

    def hang_up(self, name: str = "1:1:c") -> None:
        """And not any more."""
        self.phones.remove(lamps.TALKING, name)
        self.phones.set_text(lamps.CHANGED, "1", "1")

    def answer(self, code: int, tag: str = "t1") -> None:
        """The phone answers a NOTIFY."""
        self.phones.set_text(ANSWERS, tag, str(code))
