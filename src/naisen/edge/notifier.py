"""Tells the phones that watch: one process of Kamailio's own (rtimer) sends every NOTIFY, one after the other.

So a subscription's CSeq and version rise without a lock, and what changes faster than it looks is told once. Whether
a call concerns anybody is one look into memory for the calls' processes (`lamps.changed`).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from naisen.edge import dialog_info, lamps, message_summary
from naisen.edge.dialog_info import LampDialog
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.lamps import CHANGED, DEVICES, TALKING, WATCHED
from naisen.edge.pickup import RINGING
from naisen.edge.subscribing import CONTENT_TYPES, SUBSCRIBED
from naisen.edge.subscription import DIALOG, Subscription, from_text, notify_headers
from naisen.edge.watchers import Watchers

ANSWERS = "notify_answers"
"""Shared table: the code of a phone's answer to a NOTIFY, by our tag."""
AFTER_RESTART = 1000
"""How far the count of NOTIFYs jumps when the edge is started: what was sent last may not have been written down."""
SWEEP_S = 15.0
LOOK_ROUND_S = 1.0
AT_ONCE = 200
"""NOTIFYs in one tick: an office's phones that all subscribe at once are not to be flooded."""
FINAL = frozenset({404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604})
"""Answers that end a subscription (RFC 6665 4.2.2)."""
SHARE_OF_TIME, LONGEST_REST_S = 9, 0.8
"""It rests so many times as long as it has worked, and never longer than that."""


class Shared(lamps.Marking, Protocol):
    """What the notifier needs of the engine."""

    def table(self, table: str) -> dict[str, str]:
        """Everything in a shared table."""

    def now_ms(self) -> int:
        """The time in ms since 1970."""

    def send_notify(self, contact: str, to: str, headers: str, body: str) -> bool:
        """Send a NOTIFY for `contact` to the address `to`; False where there is no way there."""

    def own_contact(self, user: str, address: str) -> str:
        """Our own Contact's URI for a phone at this address."""

    def where_bound(self, login: str, domain: str) -> str:
        """The address that the device is registered from, '' where it is not."""


class Subscriptions(Protocol):
    """What it needs of the directory."""

    def subscriptions(self) -> list[Subscription]:
        """Every one that has not ended."""

    def note_notified(self, counts: Mapping[str, int]) -> None:
        """Keep how many NOTIFYs each has had."""

    def end_subscriptions(self, tags: Iterable[str]) -> None:
        """Forget these."""

    def unwanted_subscriptions(self) -> list[tuple[str, str]]:
        """(tag, reason of RFC 6665) of everyone that must go."""


class Notifier:
    """One `tick` does what there is to do; call it for ever, some ten times a second."""

    def __init__(
        self,
        directory: Subscriptions,
        log: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`log` takes a line for the log; `clock` tells seconds that never go back."""
        self._directory, self._log, self._clock = directory, log, clock
        self._watchers = Watchers()
        self._shown: dict[lamps.Target, tuple[LampDialog, ...]] = {}
        self._is_loaded = False
        self._load_at = self._look_at = self._sweep_at = self._write_at = 0.0

    def tick(self, shared: Shared) -> float:
        """Do what there is to do; returns for how many seconds to rest. Never raises for database trouble."""
        now = self._clock()
        if not self._is_loaded and now >= self._load_at:
            self._load(shared, now)
        self._take_subscriptions(shared, now)
        self._take_answers(shared)
        changed = self._take_changes(shared)
        if now >= self._look_at:
            self._look_round(shared, now)
        if now >= self._sweep_at:
            self._sweep(shared, now)
        self._tell(shared, changed, now)
        if now >= self._write_at:
            self._write_down(now)
        return min(LONGEST_REST_S, (self._clock() - now) * SHARE_OF_TIME)

    # -- what has happened

    def _load(self, shared: Shared, now: float) -> None:
        """Everybody is told anew: calls that rang when the edge was killed are gone."""
        self._load_at = now + LOOK_ROUND_S
        try:
            stored = self._directory.subscriptions()
        except DirectoryUnavailable as error:
            self._log(f"lamps: the database is away: {error}")
            return
        self._is_loaded = True
        for one in stored:
            self._put(shared, replace(one, notified=one.notified + AFTER_RESTART), now)
        if stored:
            self._log(f"lamps: {len(stored)} subscription(s) go on")

    def _put(self, shared: Shared, one: Subscription, now: float) -> None:
        self._watchers.put(one, now)
        shared.set_text(WATCHED, str(one.tenant_id), "1")

    def _take_subscriptions(self, shared: Shared, now: float) -> None:
        for tag, text in shared.table(SUBSCRIBED).items():
            shared.remove(SUBSCRIBED, tag)
            one = from_text(text)
            is_known = tag in self._watchers.by_tag
            # Renewed before it was loaded: then the count is the one from before the start.
            jump = AFTER_RESTART if one.notified and not is_known else 0
            self._put(shared, replace(one, notified=one.notified + jump), now)
            if one.expires_ms <= shared.now_ms():
                self._end(shared, tag, "timeout")

    def _take_answers(self, shared: Shared) -> None:
        for tag, code in shared.table(ANSWERS).items():
            shared.remove(ANSWERS, tag)
            self._watchers.note_answered(tag)
            if int(code) in FINAL:
                self._forget(tag)

    def _take_changes(self, shared: Shared) -> set[int]:
        """The tenants whose calls have changed. Taken out first: what changes from now on is seen next time."""
        changed = shared.table(CHANGED)
        for name in changed:
            shared.remove(CHANGED, name)
        if changed.pop(DEVICES, ""):
            self._sweep_at = 0.0
        return {int(tenant) for tenant in changed}

    # -- ends

    def _look_round(self, shared: Shared, now: float) -> None:
        self._look_at = now + LOOK_ROUND_S
        for tag in self._watchers.silent(now):
            self._watchers.note_failed(tag, now)
        for tag in self._watchers.expired(shared.now_ms()):
            self._end(shared, tag, "timeout")

    def _sweep(self, shared: Shared, now: float) -> None:
        """End what the database says is no one's right any more."""
        self._sweep_at = now + SWEEP_S
        try:
            unwanted = self._directory.unwanted_subscriptions() if self._watchers.by_tag else []
        except DirectoryUnavailable as error:
            self._log(f"lamps: the database is away: {error}")
            return
        for tag, reason in unwanted:
            self._end(shared, tag, reason)

    def _end(self, shared: Shared, tag: str, reason: str) -> None:
        """Tell the phone that it is over: with the state as it is where it has not lost the right to it (RFC 6665 4.4.1)."""
        one = self._watchers.by_tag.get(tag)
        if one is not None:
            dialogs = self._lit(shared).get(one.target, ()) if reason == "timeout" else ()
            self._send(shared, one, f"terminated;reason={reason}", dialogs)
            self._forget(tag)

    def _forget(self, tag: str) -> None:
        one = self._watchers.by_tag.get(tag)
        self._watchers.forget(tag)
        if one is not None and not self._watchers.of(one.tenant_id, one.target):
            self._shown.pop(one.target, None)

    # -- telling

    def _tell(self, shared: Shared, changed: set[int], now: float) -> None:
        """1. Whose lamp may show something else now? 2. Whose does? All who watch it are due. 3. Tell so many at once."""
        due = self._watchers.due_at(now)
        places = {(tenant, target) for tenant in changed for target in self._watchers.targets(tenant)}
        places |= {(one.tenant_id, one.target) for one in (self._watchers.by_tag[tag] for tag in due)}
        if not places:
            return
        lit, before = self._lit(shared), self._shown
        for tenant, target in places:
            if lit.get(target, ()) != before.get(target, ()):
                due |= self._watchers.of(tenant, target)
        told = sorted(due)[:AT_ONCE]
        for tag in told:
            self._tell_one(shared, self._watchers.by_tag[tag], lit, before, now)
        self._watchers.due |= dict.fromkeys(due.difference(told), now)
        self._shown = before | {target: lit.get(target, ()) for _, target in places}

    def _tell_one(
        self, shared: Shared, one: Subscription, lit: lamps.Lit, before: lamps.Lit, now: float
    ) -> None:
        dialogs = lit.get(one.target, ())
        if one.notified:
            dialogs = lamps.with_ended(dialogs, before.get(one.target, ()))
        left_s = max(1, (one.expires_ms - shared.now_ms()) // 1000)
        if not self._send(shared, one, f"active;expires={left_s}", dialogs):
            self._watchers.note_failed(one.local_tag, now)

    def _lit(self, shared: Shared) -> lamps.Lit:
        return lamps.lit(shared.table(RINGING), shared.table(TALKING))

    def _send(self, shared: Shared, one: Subscription, state: str, dialogs: tuple[LampDialog, ...]) -> bool:
        to = one.sent_to
        if not one.is_on_udp or self._watchers.has_failed(one.local_tag):
            # Its connection may be another one by now: it is told where it would be called.
            to = shared.where_bound(one.login, one.domain) or to
        headers = notify_headers(
            one,
            cseq=one.notified + 1,
            state=state,
            own_contact=shared.own_contact(one.local_user, to),
            content_type=CONTENT_TYPES[one.event],
        )
        self._watchers.note_sent(one.local_tag, self._clock())
        return shared.send_notify(one.contact, to, headers, _body(one, dialogs))

    def _write_down(self, now: float) -> None:
        """What cannot be written while the database is away is written when it is back."""
        counts, over = self._watchers.counts, self._watchers.over
        try:
            if over:
                self._directory.end_subscriptions(over)
                self._watchers.over = set()
            if counts:
                self._directory.note_notified(counts)
                self._watchers.counts = {}
        except DirectoryUnavailable as error:
            self._log(f"lamps: the database is away: {error}")
            self._write_at = now + LOOK_ROUND_S


def _body(one: Subscription, dialogs: tuple[LampDialog, ...]) -> str:
    if one.event == DIALOG:
        return dialog_info.document(one.entity, one.notified, dialogs)
    return message_summary.document(one.entity, message_summary.counts_of(one.target_id))
