"""A SIP server small enough for a test: a registrar and a stateless proxy in one UDP socket.

It lets the phones be tested without Naisen's edge, and can misbehave on demand: be away, refuse, lose audio.
"""

import hashlib
import re
import socket
import threading

from naisen.phones.account import ServerAddress

Address = tuple[str, int]
NONCE = "a-nonce-of-the-small-server"


class SmallServer:
    """Listens on a free loopback port while used as a context manager.

    Switches: `away` drops everything, `register_answer` is the status line for every REGISTER, `refusals` maps a
    dialled number to a status line, `audio_lost` sends the media of both sides to a port where nobody listens,
    `passwords` (by login) makes it ask for one. As Naisen's edge it keeps one binding a login, the newest.
    """

    def __init__(self) -> None:
        self.away = False
        self.register_answer = "200 OK"
        self.refusals: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.audio_lost = False
        self.passwords: dict[str, str] = {}
        self.agents: dict[str, str] = {}
        self.registered: dict[str, tuple[str, Address]] = {}
        self.registrations = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "SmallServer":
        self._socket.bind(("127.0.0.1", 0))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # recvfrom() does not notice close(): an empty datagram ends the loop.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    @property
    def address(self) -> ServerAddress:
        """Where the phones send to."""
        return ServerAddress(*self._socket.getsockname())

    def _serve(self) -> None:
        while True:
            data, source = self._socket.recvfrom(65536)
            if not data:
                return
            if not self.away and len(data) > 8:
                self._take(data.decode(), source)

    def _take(self, message: str, source: Address) -> None:
        if message.startswith("SIP/2.0"):
            self._pass_reply_on(message)
        elif message.startswith("REGISTER"):
            self._register(message, source)
        else:
            self._pass_request_on(message, source)

    def _register(self, message: str, source: Address) -> None:
        user = _found(r"^To:.*?sip:([^@>]+)@", message)
        self.agents[user] = _found(r"^User-Agent: (.*)$", message)
        if user in self.passwords and not self._knows_password(message, self.passwords[user]):
            challenge = f'WWW-Authenticate: Digest realm="kaisha.example", nonce="{NONCE}", qop="auth"\r\n'
            self._reply(message, source, "401 Unauthorized", challenge)
            return
        contact = re.search(r"^Contact: .*<(sip:[^>]+)>", message, re.MULTILINE)
        if contact is not None and self.register_answer.startswith("2"):
            self._bind(user, contact[1], source, leaves="expires=0" in message or "Expires: 0\r" in message)
        self.registrations += contact is not None
        bound = self.registered.get(user)
        answer = f"Contact: <{bound[0]}>;expires=60\r\n" if bound else ""
        self._reply(message, source, self.register_answer, answer)

    def _bind(self, user: str, contact: str, source: Address, *, leaves: bool) -> None:
        if not leaves:
            self.registered[user] = (contact, source)
        elif self.registered.get(user, ("", source))[0] == contact:
            self.registered.pop(user, None)

    @staticmethod
    def _knows_password(message: str, password: str) -> bool:
        """The digest of RFC 2617 with qop=auth."""
        given = dict(re.findall(r'(\w+)="?([^",\r]+)"?', _found(r"^Authorization: Digest(.*)$", message, "")))
        first = f"{given.get('username')}:kaisha.example:{password}"
        second = f"REGISTER:{given.get('uri')}"
        rest = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        return given.get("nonce") == NONCE and given["response"] == _md5(
            f"{_md5(first)}:{rest}:{_md5(second)}"
        )

    def _pass_request_on(self, message: str, source: Address) -> None:
        dialled = _found(r"^\w+ sip:([^@;>\s]+)", message)
        if dialled in self.refusals:
            if not message.startswith("ACK"):
                self._reply(message, source, self.refusals[dialled])
            return
        binding = self.registered.get(self.aliases.get(dialled, dialled))
        if binding is None:
            self._reply(message, source, "404 Not Found")
            return
        contact, target = binding
        branch = _found(r"branch=([^;\s]+)", message)
        via = f"Via: SIP/2.0/UDP {self.address};branch={branch}-small\r\n"
        first, rest = re.sub(r"^Route:.*\r\n", "", message, flags=re.MULTILINE).split("\r\n", 1)
        method = first.split(" ", 1)[0]
        self._send(f"{method} {contact} SIP/2.0\r\n{via}{rest}", target)

    def _pass_reply_on(self, message: str) -> None:
        without_ours = re.sub(r"^Via:.*\r\n", "", message, count=1, flags=re.MULTILINE)
        host, port = _found(r"^Via: SIP/2.0/UDP ([^;\s]+)", without_ours).split(":")
        self._send(without_ours, (host, int(port)))

    def _send(self, message: str, target: Address) -> None:
        if self.audio_lost:
            message = re.sub(r"^m=audio \d+ ", f"m=audio {'9'.zfill(5)} ", message, flags=re.MULTILINE)
        self._socket.sendto(message.encode(), target)

    def _reply(self, request: str, source: Address, status: str, headers: str = "") -> None:
        copied = "".join(
            line + "\r\n"
            for line in request.split("\r\n")
            if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:"))
        )
        copied = re.sub(r"^(To:(?!.*tag=).*?)\r$", r"\1;tag=small\r", copied, flags=re.MULTILINE)
        self._socket.sendto(
            f"SIP/2.0 {status}\r\n{copied}{headers}Content-Length: 0\r\n\r\n".encode(), source
        )


def _found(pattern: str, message: str, otherwise: str | None = None) -> str:
    match = re.search(pattern, message, re.MULTILINE)
    assert match is not None or otherwise is not None, (pattern, message)
    return match[1].strip() if match is not None else otherwise or ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
