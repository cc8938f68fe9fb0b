"""A phone on one UDP port."""

import hashlib
import itertools
import re
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from naisen.ports import free_port
from tests.calls.sip_client.message import Message, parse

Address = tuple[str, int]
RETRANSMIT_S = 0.5
SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


def md5(text: str) -> str:
    """MD5 in hex, as digest authentication wants it."""
    return hashlib.md5(text.encode()).hexdigest()


def digest(challenge: str, *, login: str, password: str, method: str, uri: str, nc: str = "00000001") -> str:
    """The value of an Authorization header for a challenge (RFC 2617, qop=auth)."""
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    ha1, ha2, cnonce = (
        md5(f"{login}:{given['realm']}:{password}"),
        md5(f"{method}:{uri}"),
        uuid.uuid4().hex[:8],
    )
    response = md5(f"{ha1}:{given['nonce']}:{nc}:{cnonce}:auth:{ha2}")
    return (
        f'Digest username="{login}", realm="{given["realm"]}", nonce="{given["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, cnonce="{cnonce}", qop=auth, nc={nc}'
    )


class Phone:
    """A device's phone. Use as a context manager; `server` is the edge's address."""

    def __init__(
        self, server: Address, login: str, password: str, domain: str, *, host: str = "127.0.0.1"
    ) -> None:
        self.server, self.login, self.password, self.domain = server, login, password, domain
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, free_port(host)))
        self.address: Address = self.socket.getsockname()
        self.seen: list[Message] = []
        self._cseq = itertools.count(1)
        self._register_id = uuid.uuid4().hex

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    # -- the wire

    def send(self, message: Message | bytes, to: Address | None = None) -> None:
        """Send a message as it is, to the edge unless told otherwise."""
        data = message if isinstance(message, bytes) else str(message).encode()
        self.socket.sendto(data, to or self.server)

    def receive(self, timeout_s: float = 3.0) -> Message | None:
        """The next message, or None after `timeout_s`."""
        self.socket.settimeout(max(timeout_s, 0.001))
        try:
            message = parse(self.socket.recv(65536))
        except TimeoutError:
            return None
        self.seen.append(message)
        return message

    def expect(self, wanted: Callable[[Message], bool], timeout_s: float = 3.0) -> Message:
        """The next message that `wanted` accepts; others are passed over. Raises AssertionError."""
        deadline = time.monotonic() + timeout_s
        passed: list[str] = []
        while (left := deadline - time.monotonic()) > 0:
            message = self.receive(left)
            if message is None:
                break
            if wanted(message):
                return message
            passed.append(message.first)
        raise AssertionError(f"{self.login}: not received within {timeout_s} s; passed over {passed}")

    def expect_status(self, *codes: int, method: str | None = None, timeout_s: float = 3.0) -> Message:
        """The next response with one of these codes."""
        return self.expect(
            lambda message: message.status in codes and method in (None, message.method), timeout_s
        )

    def expect_request(self, method: str, timeout_s: float = 3.0) -> Message:
        """The next request of that method."""
        return self.expect(lambda message: message.first.startswith(f"{method} "), timeout_s)

    # -- requests

    @property
    def contact(self) -> str:
        """Where the phone says it is."""
        return f"<sip:{self.login}@{self.address[0]}:{self.address[1]}>"

    def request(
        self, method: str, uri: str, *, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> Message:
        """A new request, with headers replaced or added (None as a value leaves one out)."""
        given = {
            "Via": f"SIP/2.0/UDP {self.address[0]}:{self.address[1]};rport;branch=z9hG4bK{uuid.uuid4().hex}",
            "Max-Forwards": "70",
            "From": f"<sip:{self.login}@{self.domain}>;tag={uuid.uuid4().hex[:8]}",
            "To": f"<{uri}>",
            "Call-ID": uuid.uuid4().hex,
            "CSeq": f"{next(self._cseq)} {method}",
            "Contact": self.contact,
            "User-Agent": "test phone",
            **(headers or {}),
        }
        if body:
            given["Content-Type"] = given.get("Content-Type", "application/sdp")
        given["Content-Length"] = given.get("Content-Length", str(len(body.encode())))
        kept = [(name, value) for name, value in given.items() if value is not None]
        return Message(f"{method} {uri} SIP/2.0", kept, body)

    def ask(self, message: Message, timeout_s: float = 3.0) -> Message:
        """Send a request, again after 0.5 s as UDP wants it (Timer E); its first response that is not a 100."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.send(message)
            try:
                return self.expect(
                    lambda answer: answer.status > 100 and answer["CSeq"] == message["CSeq"],
                    min(RETRANSMIT_S, deadline - time.monotonic()),
                )
            except AssertionError:
                if time.monotonic() >= deadline:
                    raise

    def with_credentials(self, message: Message, challenge: Message, *, uri: str | None = None) -> Message:
        """The same request again as RFC 3261 22.2 wants it, answering the challenge."""
        method, target = message.first.split(" ")[0], message.first.split(" ")[1]
        asked = challenge["WWW-Authenticate"] or challenge["Proxy-Authenticate"]
        name = "Authorization" if challenge["WWW-Authenticate"] else "Proxy-Authorization"
        value = digest(asked, login=self.login, password=self.password, method=method, uri=uri or target)
        headers = dict(message.headers) | {name: value, "CSeq": f"{next(self._cseq)} {method}"}
        headers["Via"] = re.sub(r"branch=\w+", f"branch=z9hG4bK{uuid.uuid4().hex}", headers["Via"])
        return Message(message.first, list(headers.items()), message.body)

    def ask_with_credentials(self, message: Message, timeout_s: float = 3.0) -> Message:
        """Ask, answer the challenge if there is one, and return the answer to that."""
        first = self.ask(message, timeout_s)
        if first.status not in (401, 407):
            return first
        if message.method == "INVITE":
            self.acknowledge(message, first)
        return self.ask(self.with_credentials(message, first), timeout_s)

    def acknowledge(self, invite: Message, answer: Message) -> None:
        """ACK a refusal (same transaction)."""
        kept = [(n, v) for n, v in invite.headers if n in ("Via", "Max-Forwards", "From", "Call-ID")]
        cseq = invite["CSeq"].split()[0]
        headers = [*kept, ("To", answer["To"]), ("CSeq", f"{cseq} ACK"), ("Content-Length", "0")]
        self.send(Message(f"ACK {invite.first.split(' ')[1]} SIP/2.0", headers))

    def register(self, expires: int = 300, **headers: str) -> Message:
        """REGISTER with the password; returns the last answer."""
        return self.ask_with_credentials(self.register_request(expires, **headers))

    def register_request(self, expires: int = 300, **headers: str) -> Message:
        """A REGISTER without credentials."""
        own = {
            "To": f"<sip:{self.login}@{self.domain}>",
            "Call-ID": self._register_id,
            "Expires": str(expires),
        }
        return self.request("REGISTER", f"sip:{self.domain}", headers=own | headers)

    # -- calls

    def sdp(self, port: int | None = None) -> str:
        """An offer or answer with audio at `port`."""
        return SDP.format(host=self.address[0], port=port or 40000)

    def invite_request(self, number: str, *, body: str | None = None, **headers: str) -> Message:
        """An INVITE without credentials."""
        uri = f"sip:{number}@{self.domain}"
        return self.request("INVITE", uri, headers=headers, body=self.sdp() if body is None else body)

    def invite(self, number: str, **headers: str) -> "Call":
        """Call a number: answers the challenge and returns once the authenticated INVITE is on its way."""
        first = self.invite_request(number, **headers)
        challenge = self.ask(first)
        assert challenge.status == 407, challenge.first
        self.acknowledge(first, challenge)
        invite = self.with_credentials(first, challenge)
        self.send(invite)
        return Call(self, invite)

    def expect_call(self, timeout_s: float = 3.0) -> "Call":
        """The next INVITE that reaches this phone."""
        return Call(self, self.expect_request("INVITE", timeout_s), is_incoming=True)


@dataclass
class Call:
    """One side of a call."""

    phone: Phone
    invite: Message
    is_incoming: bool = False
    tag: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    answer: Message | None = None

    # -- as the callee

    def reply(
        self,
        code: int,
        words: str = "",
        *,
        body: str = "",
        request: Message | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the INVITE (or another request of the call)."""
        request = request or self.invite
        copied = ("Via", "Record-Route", "From", "Call-ID", "CSeq")
        sent = [(name, value) for name, value in request.headers if name in copied]
        to = request["To"] if "tag=" in request["To"] else f"{request['To']};tag={self.tag}"
        sent += [("To", to), ("Contact", self.phone.contact), *(headers or {}).items()]
        if body:
            sent.append(("Content-Type", "application/sdp"))
        sent.append(("Content-Length", str(len(body))))
        self.phone.send(Message(f"SIP/2.0 {code} {words or 'OK'}", sent, body))

    def ring(self) -> None:
        """180."""
        self.reply(180, "Ringing")

    def accept(self, port: int | None = None) -> None:
        """200 with SDP. The ACK comes when the caller has read it (`expect_ack`)."""
        self.reply(200, body=self.phone.sdp(port))

    def expect_ack(self) -> Message:
        """Wait for the ACK."""
        return self.phone.expect_request("ACK")

    def refuse(self, code: int, words: str = "No", headers: Mapping[str, str] | None = None) -> None:
        """A final refusal, and wait for its ACK."""
        self.reply(code, words, headers=headers)
        self.phone.expect_request("ACK")

    def expect_cancel(self, timeout_s: float = 3.0) -> Message:
        """Wait for CANCEL, answer it and the INVITE as RFC 3261 9.2 says."""
        cancel = self.phone.expect_request("CANCEL", timeout_s)
        self.reply(200, request=cancel)
        self.refuse(487, "Request Terminated")
        return cancel

    # -- as the caller

    def expect_answer(self, timeout_s: float = 5.0) -> Message:
        """The final answer to the INVITE, acknowledged."""
        invite = self.invite["CSeq"]
        answer = self.phone.expect(lambda m: m.status >= 200 and m["CSeq"] == invite, timeout_s)
        if answer.status < 300:
            self.answer = answer
            self.phone.send(self.within("ACK", cseq=invite.split()[0]))
        else:
            self.phone.acknowledge(self.invite, answer)
        return answer

    def cancel(self) -> Message:
        """CANCEL the INVITE; returns the answer to the CANCEL."""
        kept = [
            (n, v) for n, v in self.invite.headers if n in ("Via", "Max-Forwards", "From", "To", "Call-ID")
        ]
        cseq = f"{self.invite['CSeq'].split()[0]} CANCEL"
        headers = [*kept, ("CSeq", cseq), ("Content-Length", "0")]
        message = Message(f"CANCEL {self.invite.first.split(' ')[1]} SIP/2.0", headers)
        self.phone.send(message)
        return self.phone.expect(lambda m: m["CSeq"] == cseq)

    # -- both

    def within(self, method: str, *, cseq: str | None = None, body: str = "", **headers: str) -> Message:
        """A request within the dialog."""
        if self.is_incoming:
            source, target = f"{self.invite['To'].split(';tag')[0]};tag={self.tag}", self.invite["From"]
            routes, remote = self.invite.all("Record-Route"), self.invite["Contact"]
        else:
            assert self.answer is not None
            source, target = self.invite["From"], self.answer["To"]
            routes, remote = list(reversed(self.answer.all("Record-Route"))), self.answer["Contact"]
        found = re.search(r"<([^>]+)>", remote)
        assert found is not None, remote
        own = {"From": source, "To": target, "Call-ID": self.invite["Call-ID"]}
        if cseq:
            own["CSeq"] = f"{cseq} {method}"
        request = self.phone.request(method, found[1], headers=own | headers, body=body)
        flat = [route.strip() for line in routes for route in line.split(",")]
        request.headers[1:1] = [("Route", route) for route in flat]
        return request

    def hang_up(self, other: "Call") -> Message:
        """BYE, which the other side answers; returns the answer as it arrives here."""
        bye = self.within("BYE")
        self.phone.send(bye)
        other.expect_bye()
        return self.phone.expect(lambda message: message["CSeq"] == bye["CSeq"])

    def expect_bye(self, timeout_s: float = 3.0) -> Message:
        """Wait for BYE and answer it."""
        bye = self.phone.expect_request("BYE", timeout_s)
        self.reply(200, request=bye)
        return bye
