"""Who watches whom, in the notifier's memory; and which of them is to be told when."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from naisen.edge.lamps import Target
from naisen.edge.subscription import Subscription

UNANSWERED_S = {True: 7.0, False: 2.0}
"""By then a NOTIFY has been given up (tm's fr_timer is 5 s); on a connection (`is_on_udp` False) it is lost sooner."""
RETRIES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""A phone that does not answer, or whose connection is gone, is tried again after so long; then it is forgotten."""


@dataclass(slots=True)
class Watchers:
    """Subscriptions by their tag. Times are seconds of a monotonic clock."""

    by_tag: dict[str, Subscription] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    _tags: dict[int, dict[Target, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    _unanswered: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)

    def put(self, one: Subscription, now: float) -> None:
        """A new or renewed one, which is to be told at once. Its count of NOTIFYs never goes down."""
        known = self.by_tag.get(one.local_tag)
        if known is not None and known.notified > one.notified:
            one = replace(one, notified=known.notified)
        self.by_tag[one.local_tag] = one
        self._tags[one.tenant_id].setdefault(one.target, set()).add(one.local_tag)
        self.due[one.local_tag] = now
        self._failures.pop(one.local_tag, None)

    def forget(self, tag: str) -> None:
        """It is over: its row is to go (`over`)."""
        one = self.by_tag.pop(tag, None)
        if one is None:
            return
        self.over.add(tag)
        for pending in (self.due, self.counts, self._unanswered, self._failures):
            pending.pop(tag, None)
        tags = self._tags[one.tenant_id][one.target]
        tags.discard(tag)
        if not tags:
            del self._tags[one.tenant_id][one.target]

    def targets(self, tenant_id: int) -> list[Target]:
        """Who is watched there."""
        return list(self._tags.get(tenant_id, ()))

    def of(self, tenant_id: int, target: Target) -> set[str]:
        """Who watches it."""
        return set(self._tags.get(tenant_id, {}).get(target, ()))

    def due_at(self, now: float) -> set[str]:
        """Those whose time has come."""
        return {tag for tag, at in self.due.items() if at <= now}

    def expired(self, now_ms: int) -> list[str]:
        """Those that nobody has renewed."""
        return [tag for tag, one in self.by_tag.items() if one.expires_ms <= now_ms]

    def has_failed(self, tag: str) -> bool:
        """Whether the phone has not answered its last NOTIFY."""
        return tag in self._failures

    def note_sent(self, tag: str, now: float) -> None:
        """One more NOTIFY is on its way."""
        one = self.by_tag[tag]
        self.by_tag[tag] = replace(one, notified=one.notified + 1)
        self.counts[tag] = one.notified + 1
        self.due.pop(tag, None)
        self._unanswered.setdefault(tag, now)

    def note_answered(self, tag: str) -> None:
        """The phone has answered, whatever it says."""
        self._unanswered.pop(tag, None)
        self._failures.pop(tag, None)

    def note_failed(self, tag: str, now: float) -> None:
        """It was not reached: try again later, or forget it."""
        self._unanswered.pop(tag, None)
        failures = self._failures.get(tag, 0)
        if failures >= len(RETRIES_S):
            self.forget(tag)
            return
        self._failures[tag] = failures + 1
        self.due[tag] = now + RETRIES_S[failures]

    def silent(self, now: float) -> Iterator[str]:
        """Those whose answer will not come any more."""
        return iter(
            [
                tag
                for tag, since in self._unanswered.items()
                if now - since > UNANSWERED_S[self.by_tag[tag].is_on_udp]
            ]
        )
