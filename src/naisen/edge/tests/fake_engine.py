"""An engine that can say no, and a directory that can be away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from naisen.edge.call_record import CallRecord
from naisen.edge.directory import DirectoryUnavailable
from naisen.edge.engine import Address, Credentials, PasswordCheck, Ringing, RingResult, Uri
from naisen.routing import Called, Device

DIGEST = Credentials("d1", "sip:a.test", "n1")


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
    rings: RingResult = RingResult.RINGING
    expiry_s: int | None = 300
    contact: str = "<sip:d1@192.0.2.7:5062>"
    known_dialog: bool = True
    has_route: bool = True
    from_caller: bool = True
    kept: str = ""
    kept_outcome: str = ""
    final: tuple[int, str] = (480, "")
    cancelled: bool = False
    timed_out: bool = False
    rang: bool = False
    branch: int | None = 0
    ended_by: str = "caller"
    flooding: bool = False
    sane: bool = True
    hops: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    in_dialog: bool = False
    repeated: bool = False
    cancel_known: bool = True
    success_of_invite: bool = False
    clock_ms: int = 1_000

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    replies: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    rung: list[Ringing] = field(default_factory=list)
    relayed_to: list[str] = field(default_factory=list)

    @property
    def code(self) -> int | None:
        """The code of the last reply."""
        return self.replies[-1][0] if self.replies else None

    def method(self) -> str:
        return self.said_method

    def source(self) -> Address:
        return Address("192.0.2.7", 5062, "udp")

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

    def is_registered(self, login: str, domain: str) -> bool:
        return login in self.bound

    def ring(self, ringing: Ringing) -> RingResult:
        self.rung.append(ringing)
        return self.rings

    def is_known_dialog(self) -> bool:
        return self.known_dialog

    def follow_route(self) -> bool:
        return self.has_route

    def is_from_caller(self) -> bool:
        return self.from_caller

    def note(self) -> str:
        return self.kept

    def set_note(self, text: str) -> None:
        self.kept = text

    def outcome_note(self) -> str:
        return self.kept_outcome

    def set_outcome_note(self, text: str) -> None:
        self.kept_outcome = text

    def relay_within(self, to: str) -> None:
        self.relayed_to.append(to)

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

    def has_rung(self) -> bool:
        return self.rang

    def answering_branch(self) -> int | None:
        return self.branch

    def hung_up_by(self) -> str:
        return self.ended_by

    def answer_caller(self, code: int, words: str) -> None:
        self.replies.append((code, words, ()))

    def end_media(self) -> None:
        self.did.append("end media")

    def is_success_of_invite(self) -> bool:
        return self.success_of_invite

    def is_in_dialog(self) -> bool:
        return self.in_dialog

    def is_repeated(self) -> bool:
        return self.repeated

    def relay_cancel(self) -> bool:
        return self.cancel_known


@dataclass
class FakeDirectory:
    """Devices and numbers in dicts; with `is_away` every question raises DirectoryUnavailable."""

    devices: list[Device] = field(default_factory=list)
    numbers: list[Called] = field(default_factory=list)
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

    def called(self, domain: str, digits: str) -> Called | None:
        self._ask()
        return next((called for called in self.numbers if called.digits == digits), None)

    def insert_record(self, record: CallRecord) -> None:
        self._ask()
        self.written.append(record)

    def _ask(self) -> None:
        if self.is_away:
            raise DirectoryUnavailable("away")
