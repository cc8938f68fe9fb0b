"""What the edge's logic asks of the SIP engine. `kemi` answers with Kamailio, tests with a fake.

Every method speaks of the message in hand. Times are seconds unless a name ends in `_ms`. The protocols are
cut by who needs them, so that a test's fake has to answer a handful of questions only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from naisen.edge.placing import Appearance, Branch, ChallengeAnswer, Destination, Placed, Placing
from naisen.edge.stored_dialog import StoredDialog
from naisen.routing import Device


class PasswordCheck(Enum):
    """What a digest response is worth (RFC 2617, with a nonce that serves once)."""

    RIGHT = "right"
    WRONG = "wrong"  # with a nonce of ours: whoever guesses can be reached at its address
    STALE = "stale"  # not a nonce of ours, or too old, or it has served before
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message came from."""

    host: str
    port: int
    transport: str

    @property
    def uri(self) -> str:
        """The address as a SIP URI to send to."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"sip:{host}:{self.port};transport={self.transport}"


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts of a SIP URI that the edge looks at; host in lower case, '' where a part is missing."""

    user: str
    host: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a digest says it is, the URI it was made for, and the nonce it answers."""

    login: str
    uri: str
    nonce: str


class Answerer(Protocol):
    """Whoever can answer the request in hand."""

    def reply(self, code: int, words: str, headers: Sequence[str] = ()) -> None:
        """Answer; `headers` are whole lines without their end."""

    def be_silent(self) -> None:
        """Drop the request."""


class Counters(Protocol):
    """Small shared tables of counts, whose entries go by themselves (kamailio.cfg.template)."""

    def counted(self, table: str, key: str) -> int:
        """The count, 0 where there is none."""

    def count(self, table: str, key: str) -> int:
        """Add one and return the new count."""

    def uncount(self, table: str, key: str) -> int:
        """Take one off and return the new count."""

    def noted(self, table: str, key: str) -> str:
        """The text that is kept there, '' without one."""

    def set_text(self, table: str, key: str, value: str) -> None:
        """Keep a text there."""

    def remove(self, table: str, key: str) -> None:
        """Take an entry out."""


class Authenticator(Answerer, Counters, Protocol):
    """The part that challenges and checks."""

    def source(self) -> Address:
        """Where the request came from."""

    def source_host(self) -> str:
        """The source's address alone."""

    def terminal(self) -> str:
        """The phone's User-Agent, at most 255 characters."""

    def request_uri(self) -> str:
        """The Request-URI as it was sent."""

    def credentials(self, realm: str) -> Credentials | None:
        """The digest for this realm, if the request has one."""

    def check_password(self, realm: str, ha1: str) -> PasswordCheck:
        """Check the digest; its nonce is used up by that."""

    def challenge(self, realm: str, *, stale: bool = False) -> None:
        """Answer 401 or 407 with a new nonce; `stale`: only the nonce was wrong (RFC 2617 3.2.1)."""

    def begin_transaction(self) -> None:
        """From here on the same request sent again gets the same answer."""

    def is_bound_from(self, login: str, domain: str, host: str) -> bool:
        """Whether the device is registered from this host now."""


class Registrar(Authenticator, Protocol):
    """What a REGISTER needs besides."""

    def to_uri(self) -> Uri:
        """Whom the REGISTER is for."""

    def contacts(self) -> str:
        """Every Contact of the request, separated by commas."""

    def wanted_expiry_s(self) -> int | None:
        """The shortest expiry asked for, None where none is said."""

    def store(self, login: str, domain: str) -> bool:
        """Write the binding (or its end) through to the database; False where that failed."""

    def accept(self) -> None:
        """Answer 200 with the bindings."""

    def remember_password(self, login: str, domain: str, ha1: str) -> None:
        """Take the device's next refresh without asking the database (kamailio.cfg.template)."""


class Placer(Answerer, Counters, Protocol):
    """What a stage of a call needs."""

    def now_ms(self) -> int:
        """The time in ms since 1970."""

    def make_branches(self, destinations: Sequence[Destination], domain: str) -> list[Destination]:
        """Make a branch for each that is there (a login: bound); returns those, in the branches' order."""

    def place(self, placing: Placing) -> Placed:
        """Send the INVITE to the branches, as a new call; NO_MEDIA_RELAY: nothing has been sent."""

    def place_next(self, placing: Placing) -> Placed:
        """The same in a failure route, for a call that has tried others before."""


class Caller(Placer, Authenticator, Protocol):
    """What a call needs besides."""

    def to_uri(self) -> Uri:
        """Whom the message says that it is for."""

    def header(self, name: str) -> str:
        """The first header of that name, '' without one."""

    def patience_s(self) -> int | None:
        """How long the caller wants to wait (Expires), None where it does not say."""

    def ringing_calls(self) -> dict[str, str]:
        """Every call that rings now: its transaction → what is kept of it."""

    def join(self, transaction: str, device: Device, appearance: Appearance | None) -> bool:
        """Ring the device as one more branch of that call; False where the call has just ended."""

    def from_uri(self) -> Uri:
        """Who calls, as the phone says."""

    def called_uri(self) -> Uri:
        """What was dialled: the Request-URI."""

    def is_us(self, host: str) -> bool:
        """Whether that is one of our own addresses."""

    def call_id(self) -> str:
        """The Call-ID, at most 255 characters."""

    def is_registered(self, login: str, domain: str) -> bool:
        """Whether the device has a binding."""


class InDialog(Answerer, Protocol):
    """What a request within a dialog needs."""

    def method(self) -> str:
        """The request's method."""

    def is_known_dialog(self) -> bool:
        """Whether Call-ID and tags are those of a call of ours."""

    def follow_route(self) -> bool:
        """Take our own Route off; False where there was none."""

    def is_from_caller(self) -> bool:
        """Whether the caller sent it (or else the callee)."""

    def note(self) -> str:
        """What is kept with the dialog."""

    def relay_within(
        self, to: str, *, hide_from: str = "", hide_answers: str = "", has_media: bool = True
    ) -> None:
        """Relay to this SIP address, the media through the relay; '' for the Request-URI's.

        `hide_from`: a carrier gets it, to which we are this number; `hide_answers`: a carrier has sent it.
        `has_media`: a BYE takes the media relay out of the path.
        """


class Screened(Answerer, Counters, Protocol):
    """What is looked at before anything else."""

    def method(self) -> str:
        """The request's method."""

    def source_host(self) -> str:
        """The address that it came from."""

    def floods(self) -> bool:
        """Count the request against its source; True when that is too many."""

    def is_sane(self) -> bool:
        """Whether the message is well formed; answers 4xx if not."""

    def hops_left(self) -> bool:
        """Count Max-Forwards down; False when it has come to its end."""

    def header(self, name: str) -> str:
        """The first header of that name, '' without one."""

    def content_type(self) -> str:
        """The body's type, '' without one."""


class Ending(Placer, Protocol):
    """What a failure route and a dialog's events need."""

    def source(self) -> Address:
        """Where the message in hand came from."""

    def status(self) -> tuple[int, str]:
        """Code and words of the transaction's best final answer."""

    def is_cancelled(self) -> bool:
        """Whether the caller has cancelled."""

    def is_timeout(self) -> bool:
        """Whether it is our own clock that ended the attempt."""

    def branch(self, position: int) -> Branch:
        """How one of the transaction's branches has fared."""

    def answering_branch(self) -> int | None:
        """The position of the branch that has answered."""

    def has_media(self) -> bool:
        """Whether the relay has got any SDP of the answer in hand, or of one before it."""

    def pickers(self) -> list[tuple[int, int | None]]:
        """Device and person of everybody who has joined by pickup, in their branches' order."""

    def stop_ringing(self) -> None:
        """Nobody can pick the call up any more."""

    def hung_up_by(self) -> str:
        """'caller', 'callee', or 'system' where nobody sent a BYE."""

    def note(self) -> str:
        """What is kept with the dialog."""

    def set_note(self, text: str) -> None:
        """Keep this with the dialog instead."""

    def dialog_name(self) -> tuple[int, int]:
        """Kamailio's numbers of the dialog (entry, id)."""

    def answered_dialog(self) -> StoredDialog:
        """The dialog that the answer in hand confirms."""

    def cseq_diff(self) -> str:
        """By how much a carrier's challenge has raised the CSeq, '' where it has not."""

    def answer_challenge(self, answer: ChallengeAnswer, note: str) -> bool:
        """Send the request again with the answer to a carrier's 401 or 407; False where that cannot be."""

    def answer_caller(self, code: int, words: str) -> None:
        """Answer the INVITE with this, whatever the phones have said."""

    def end_media(self) -> None:
        """Take the relay out of the path."""


class Engine(Registrar, Caller, InDialog, Screened, Ending, Protocol):
    """All of it, and what the dispatch needs besides."""

    def is_in_dialog(self) -> bool:
        """Whether the request has a To-tag."""

    def is_repeated(self) -> bool:
        """Whether it is one we have already; its last answer is sent again then."""

    def relay_cancel(self) -> bool:
        """Pass a CANCEL on; False where its call is not ours."""


class Bindings(Protocol):
    """The bindings in memory, for whoever must drop one."""

    def drop_binding(self, login: str, domain: str) -> bool:
        """Remove the device's binding from memory and database, and its password; False where it has no binding."""

    def forget_passwords(self) -> None:
        """Ask the database at every device's next refresh."""

    def note_listening(self) -> None:
        """Say that changes are heard of, for the next seconds."""
