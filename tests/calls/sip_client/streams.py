"""Phones on a connection: TCP, TLS and WSS, all of which come in through the front."""

import base64
import os
import re
import socket
import ssl
import struct
from typing import Self

from tests.calls.sip_client.message import Message, parse
from tests.calls.sip_client.phone import Address, Phone


def blind_context() -> ssl.SSLContext:
    """A context that takes any certificate, since the tests' are self-signed; made anew, so no session is resumed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class TcpPhone(Phone):
    """The same phone on one TCP connection. `server` is where it connects to; `host` where it comes from."""

    transport = "TCP"

    def __enter__(self) -> Self:
        host = self.address[0]
        self.socket.close()
        self.socket = self.connect(host)
        self.address: Address = self.socket.getsockname()[:2]
        self._left = b""
        return self

    def connect(self, host: str) -> socket.socket:
        """Connect from this address of ours."""
        return socket.create_connection(self.server, 3, (host, 0))

    def send(self, message: Message | bytes, to: Address | None = None) -> None:
        data = message if isinstance(message, bytes) else str(message).encode()
        self.send_bytes(data.replace(b"SIP/2.0/UDP", f"SIP/2.0/{self.transport}".encode()))

    def send_bytes(self, data: bytes) -> None:
        """Write one message to the connection."""
        self.socket.sendall(data)

    def receive(self, timeout_s: float = 3.0) -> Message | None:
        self.socket.settimeout(max(timeout_s, 0.001))
        try:
            while (message := self.next_message()) is None:
                data = self.socket.recv(65536)
                if not data:
                    return None
                self._left += data
        except TimeoutError:
            return None
        self.seen.append(message)
        return message

    def next_message(self) -> Message | None:
        """The next whole message of what has arrived."""
        head, end, rest = self._left.lstrip(b"\r\n").partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
        size = int(found[1]) if found else 0
        if not end or len(rest) < size:
            return None
        self._left = rest[size:]
        return parse(head + end + rest[:size])

    @property
    def contact(self) -> str:
        return f"<sip:{self.login}@{self.address[0]}:{self.address[1]};transport={self.transport.lower()}>"


class TlsPhone(TcpPhone):
    """A phone on TLS."""

    transport = "TLS"

    def connect(self, host: str) -> socket.socket:
        return blind_context().wrap_socket(super().connect(host))


class WssPhone(TlsPhone):
    """A phone in a browser: SIP over WebSocket, RFC 7118. Frames by hand, as RFC 6455 5.2 has them."""

    transport = "WS"

    def connect(self, host: str) -> socket.socket:
        connection = super().connect(host)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /sip HTTP/1.1",
            f"Host: {self.server[0]}:{self.server[1]}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: sip",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            data = connection.recv(4096)
            assert data, answer
            answer += data
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        return connection

    def send_bytes(self, data: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + mask + masked)

    def next_message(self) -> Message | None:
        if len(self._left) < 4:
            return None
        size, start = self._left[1] & 0x7F, 2
        if size == 126:
            size, start = struct.unpack(">H", self._left[2:4])[0], 4
        if len(self._left) < start + size:
            return None
        content, self._left = self._left[start : start + size], self._left[start + size :]
        return parse(content) if content.startswith((b"SIP/2.0 ", *_METHODS)) else self.next_message()

    @property
    def contact(self) -> str:
        return f"<sip:{self.login}@{self.login}.invalid;transport=ws>"


_METHODS = tuple(f"{name} sip".encode() for name in ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "NOTIFY"))
