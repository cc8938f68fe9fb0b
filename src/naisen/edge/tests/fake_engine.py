"""An engine that can say no."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from naisen.edge.call_record import CallRecord
from naisen.edge.engine import Address, Credentials, PasswordCheck, Uri
from naisen.edge.placing import Appearance, Branch, ChallengeAnswer, Destination, Placed, Placing
from naisen.edge.stored_dialog import CONFIRMED, StoredDialog
from naisen.edge.subscription import Subscription
from naisen.routing import Device

DIGEST = Credentials("d1", "sip:a.test", "n1")

DIALOG = StoredDialog(
    hash_entry=7,
    hash_id=9,
    callid="c1",
    from_uri="sip:1000@a.test",
    from_tag="f",
    to_uri="sip:2000@a.test",
    to_tag="t",
    caller_cseq="2",
    callee_cseq="0",
    caller_route_set=None,
    callee_route_set=None,
    caller_contact="sip:d1@192.0.2.7",
    callee_contact="sip:d2@192.0.2.8",
    caller_sock="udp:192.0.2.1:5060",
    callee_sock="udp:192.0.2.1:5060",
    state=CONFIRMED,
    start_time=1,
    timeout=2,
    iflags=0,
    req_uri="sip:2000@a.test",
)


@dataclass
class Kept:
    """Takes what is kept of calls."""

    records: list[CallRecord] = field(default_factory=list)
    forgotten: list[tuple[int, int] | None] = field(default_factory=list)
    dialogs: list[tuple[StoredDialog, str]] = field(default_factory=list)

    def dialog(self, dialog: StoredDialog, note: str, cseq_diff: str) -> None:
        self.dialogs.append((dialog, note))

    def __call__(self, record: CallRecord, dialog: tuple[int, int] | None = None) -> None:
        self.records.append(record)
        self.forgotten.append(dialog)


@dataclass
class FakeEngine:
    """What a test says of the message in hand, and what the logic did with it."""

    said_method: str = "INVITE"
    to: Uri = field(default_factory=lambda: Uri("d2", "a.test"))
    sender: Uri = field(default_factory=lambda: Uri("d1", "a.test"))
    called: Uri = field(default_factory=lambda: Uri("2000", "a.test"))
    uri: str = "sip:a.test"
    given: Credentials | None = field(default_factory=lambda: DIGEST)
    check: PasswordCheck = PasswordCheck.RIGHT
    bound: set[str] = field(default_factory=set)
    bound_from: set[str] = field(default_factory=set)
    stores: bool = True
    places: Placed = Placed.RINGING
    patience: int | None = None
    expiry_s: int | None = 300
    contact: str = "<sip:d1@192.0.2.7:5062>"
    known_dialog: bool = True
    has_route: bool = True
    from_caller: bool = True
    kept: str = ""
    final: tuple[int, str] = (480, "")
    cancelled: bool = False
    timed_out: bool = False
    fared: dict[int, Branch] = field(default_factory=dict)
    ringing: dict[str, str] = field(default_factory=dict)
    joins: bool = True
    joined: list[tuple[int, int | None]] = field(default_factory=list)
    answers_challenges: bool = True
    answering: int | None = 0
    ended_by: str = "caller"
    with_media: bool = True
    flooding: bool = False
    sane: bool = True
    hops: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    in_dialog: bool = False
    repeated: bool = False
    cancel_known: bool = True
    success_of_invite: bool = False
    clock_ms: int = 1_000
    said_to_tag: str = ""
    number: int = 1

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    replies: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    placed: list[Placing] = field(default_factory=list)
    rung: list[Destination] = field(default_factory=list)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    answered: list[ChallengeAnswer] = field(default_factory=list)
    relayed_to: list[str] = field(default_factory=list)
    media_ends: list[bool] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int | None:
        """The code of the last reply."""
        return self.replies[-1][0] if self.replies else None

    def method(self) -> str:
        return self.said_method

    def source(self) -> Address:
        return Address("192.0.2.7", 5062, "udp")

    def source_host(self) -> str:
        return self.source().host

    def terminal(self) -> str:
        return "phone 1.0"

    def request_uri(self) -> str:
        return self.uri

    def to_uri(self) -> Uri:
        return self.to

    def from_uri(self) -> Uri:
        return self.sender

    def called_uri(self) -> Uri:
        return self.called

    def is_us(self, host: str) -> bool:
        return host == "192.0.2.1"

    def call_id(self) -> str:
        return "call-1"

    def now_ms(self) -> int:
        self.clock_ms += 1
        return self.clock_ms

    def credentials(self, realm: str) -> Credentials | None:
        return self.given

    def check_password(self, realm: str, ha1: str) -> PasswordCheck:
        self.did.append(f"check {ha1}")
        return self.check

    def challenge(self, realm: str, *, stale: bool = False) -> None:
        self.did.append("challenge stale" if stale else "challenge")

    def reply(self, code: int, words: str, headers: Sequence[str] = ()) -> None:
        self.replies.append((code, words, tuple(headers)))

    def be_silent(self) -> None:
        self.did.append("silence")

    def begin_transaction(self) -> None:
        self.did.append("transaction")

    def counted(self, table: str, key: str) -> int:
        return self.counts[table, key]

    def count(self, table: str, key: str) -> int:
        self.counts[table, key] += 1
        return self.counts[table, key]

    def is_bound_from(self, login: str, domain: str, host: str) -> bool:
        return host in self.bound_from

    def contacts(self) -> str:
        return self.contact

    def wanted_expiry_s(self) -> int | None:
        return self.expiry_s

    def store(self, login: str, domain: str) -> bool:
        self.did.append(f"store {login}@{domain}")
        return self.stores

    def accept(self) -> None:
        self.replies.append((200, "OK", ()))

    def remember_password(self, login: str, domain: str, ha1: str) -> None:
        self.passwords[f"{login}@{domain}"] = ha1

    def is_registered(self, login: str, domain: str) -> bool:
        return login in self.bound

    def uncount(self, table: str, key: str) -> int:
        self.counts[table, key] -= 1
        return self.counts[table, key]

    def noted(self, table: str, key: str) -> str:
        return self.texts.get((table, key), "")

    def set_text(self, table: str, key: str, value: str) -> None:
        self.texts[table, key] = value

    def remove(self, table: str, key: str) -> None:
        self.texts.pop((table, key), None)

    def table(self, table: str) -> dict[str, str]:
        return {key: text for (name, key), text in self.texts.items() if name == table}

    def patience_s(self) -> int | None:
        return self.patience

    def make_branches(self, destinations: Sequence[Destination], domain: str) -> list[Destination]:
        found = [one for one in destinations if one.uri or one.login in self.bound]
        self.rung += found
        return found

    def place(self, placing: Placing) -> Placed:
        self.placed.append(placing)
        return self.places

    def place_next(self, placing: Placing) -> Placed:
        self.kept = placing.note
        return self.place(placing)

    def ringing_calls(self) -> dict[str, str]:
        return self.ringing

    def join(self, transaction: str, device: Device, appearance: Appearance | None) -> bool:
        self.did.append(f"join {transaction}")
        return self.joins

    def pickers(self) -> list[tuple[int, int | None]]:
        return self.joined

    def stop_ringing(self) -> None:
        self.did.append("stop ringing")

    def branch(self, position: int) -> Branch:
        return self.fared.get(position, Branch(None, 0))

    def answer_challenge(self, answer: ChallengeAnswer, note: str) -> bool:
        self.answered.append(answer)
        self.kept = note
        return self.answers_challenges

    def is_known_dialog(self) -> bool:
        return self.known_dialog

    def follow_route(self) -> bool:
        return self.has_route

    def is_from_caller(self) -> bool:
        return self.from_caller

    def has_media(self) -> bool:
        return self.with_media

    def dialog_name(self) -> tuple[int, int]:
        return DIALOG[:2]

    def answered_dialog(self) -> StoredDialog:
        return DIALOG

    def cseq_diff(self) -> str:
        return ""

    def note(self) -> str:
        return self.kept

    def set_note(self, text: str) -> None:
        self.kept = text

    def relay_within(
        self, to: str, *, hide_from: str = "", hide_answers: str = "", has_media: bool = True
    ) -> None:
        self.relayed_to.append(to)
        self.hidden.append((hide_from, hide_answers))
        self.media_ends.append(has_media)

    def floods(self) -> bool:
        return self.flooding

    def is_sane(self) -> bool:
        return self.sane

    def hops_left(self) -> bool:
        return self.hops

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    def status(self) -> tuple[int, str]:
        return self.final

    def is_cancelled(self) -> bool:
        return self.cancelled

    def is_timeout(self) -> bool:
        return self.timed_out

    def answering_branch(self) -> int | None:
        return self.answering

    def hung_up_by(self) -> str:
        return self.ended_by

    def answer_caller(self, code: int, words: str) -> None:
        self.replies.append((code, words, ()))

    def end_media(self) -> None:
        self.did.append("end media")

    def is_success_of_invite(self) -> bool:
        return self.success_of_invite

    def from_tag(self) -> str:
        return "theirs"

    def to_tag(self) -> str:
        return self.said_to_tag

    def own_uri(self) -> str:
        return f"sip:{self.sender.user}@{self.sender.host}"

    def their_uri(self) -> str:
        return f"sip:{self.called.user}@{self.called.host}"

    def cseq(self) -> int:
        return self.number

    def accept_subscription(self, subscription: Subscription, expires_s: int) -> None:
        self.replies.append((200, "OK", (f"Expires: {expires_s}",)))

    def is_in_dialog(self) -> bool:
        return self.in_dialog

    def is_repeated(self) -> bool:
        return self.repeated

    def relay_cancel(self) -> bool:
        return self.cancel_known
