"""The directory's subscriptions: who is told of whose calls (edge.subscription)."""

from collections.abc import Iterable, Mapping

from naisen.edge.call_lookups import CallDirectory
from naisen.edge.subscription import COLUMNS, Subscription, from_row

_NAMES = ", ".join(COLUMNS)
_ALL = f"{_NAMES}, (extract(epoch FROM expires_at) * 1000)::bigint"
_MOMENT = "to_timestamp(%s::float8 / 1000)"
_ADD = (  # the names are constants of ours
    f"INSERT INTO edge.subscription ({_NAMES}, expires_at) SELECT {', '.join(['%s'] * len(COLUMNS))}, {_MOMENT}"  # noqa: S608
    " WHERE (SELECT count(*) FROM edge.subscription WHERE device_id = %s AND expires_at > now()) < %s RETURNING 1"
)
_RENEW = (
    f"UPDATE edge.subscription SET contact = %s, sent_to = %s, cseq = %s, expires_at = {_MOMENT}"  # noqa: S608
    " WHERE local_tag = %s AND remote_tag = %s AND call_id = %s AND device_id = %s AND event = %s AND cseq < %s"
    f" AND expires_at > now() RETURNING {_ALL}"
)
_SUBSCRIPTIONS = f"SELECT {_ALL} FROM edge.subscription WHERE expires_at > now()"  # noqa: S608
_NOTIFIED = (
    "UPDATE edge.subscription s SET notified = n.notified FROM"
    " unnest(%s::varchar[], %s::integer[]) AS n (tag, notified) WHERE s.local_tag = n.tag"
)
_END = "DELETE FROM edge.subscription WHERE local_tag = ANY(%s::varchar[]) OR expires_at < now() - interval '1 hour'"
# Whose device may not call any more, and what is not any more what was asked for.
_UNWANTED = (
    "SELECT s.local_tag, CASE WHEN d.may_register AND NOT d.login_only THEN 'deactivated' ELSE 'rejected' END"
    " FROM edge.subscription s"
    " LEFT JOIN LATERAL (SELECT may_register, login_only, person_id FROM edge.device"
    " WHERE login = s.login AND domain = s.domain AND device_id = s.device_id OFFSET 0) d ON true"
    " LEFT JOIN LATERAL (SELECT kind, target_id FROM edge.number WHERE s.kind <> 'mailbox' AND domain = s.domain"
    " AND digits = substring(s.entity FROM 'sip:([0-9]+)@') OFFSET 0) n ON true"
    " WHERE d.may_register IS NOT TRUE OR d.login_only"
    " OR CASE WHEN s.kind = 'mailbox' THEN d.person_id IS DISTINCT FROM s.target_id"
    " ELSE (n.kind, n.target_id) IS DISTINCT FROM (s.kind, s.target_id) END"
)


class Subscriptions(CallDirectory):
    """The directory with these; all of them raise DirectoryUnavailable, too."""

    def add_subscription(self, subscription: Subscription, most: int) -> bool:
        """Keep a new one; False where the device has `most` already."""
        values = [getattr(subscription, name) for name in COLUMNS]
        return bool(self._rows(_ADD, *values, subscription.expires_ms, subscription.device_id, most))

    def renew_subscription(self, renewed: Subscription) -> Subscription | None:
        """Keep its new end, addresses and CSeq; the whole of it, None where there is no such one."""
        one = renewed
        changes = (one.contact, one.sent_to, one.cseq, one.expires_ms)
        rows = self._rows(
            _RENEW, *changes, one.local_tag, one.remote_tag, one.call_id, one.device_id, one.event, one.cseq
        )
        return from_row(rows[0]) if rows else None

    def subscriptions(self) -> list[Subscription]:
        """Every one that has not ended."""
        return [from_row(row) for row in self._rows(_SUBSCRIPTIONS)]

    def note_notified(self, counts: Mapping[str, int]) -> None:
        """Keep how many NOTIFYs each has had."""
        self._rows(_NOTIFIED, _array(counts), _array(str(count) for count in counts.values()))

    def end_subscriptions(self, tags: Iterable[str]) -> None:
        """Forget these, and what nobody has ended."""
        self._rows(_END, _array(tags))

    def unwanted_subscriptions(self) -> list[tuple[str, str]]:
        """(tag, reason of RFC 6665) of everyone that must go."""
        return [(str(tag), str(reason)) for tag, reason in self._rows(_UNWANTED)]


def _array(texts: Iterable[str]) -> str:
    """Tags of ours and numbers as PostgreSQL writes an array."""
    return "{" + ",".join(texts) + "}"
