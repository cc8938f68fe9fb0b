"""baresip's control protocol: JSON in netstrings over a loopback TCP connection (module ctrl_tcp)."""

import json
from collections.abc import Iterator
from typing import Any

Message = dict[str, Any]


class ProtocolError(Exception):
    """What arrived is no netstring of JSON: the other side is not baresip's control port."""


def encode(message: Message) -> bytes:
    """One message as a netstring: `length:text,`."""
    body = json.dumps(message).encode()
    return b"%d:%s," % (len(body), body)


class Decoder:
    """Turns a stream of bytes, cut anywhere, into messages."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield every message that `data` completes; ProtocolError when the stream makes no sense."""
        self._waiting += data
        while (end := self._message_end()) is not None:
            body_start = self._waiting.index(b":") + 1
            body, self._waiting = self._waiting[body_start : end - 1], self._waiting[end:]
            yield json.loads(body)

    def _message_end(self) -> int | None:
        length, colon, _ = self._waiting.partition(b":")
        if not colon:
            if len(length) > 8:
                raise ProtocolError("no length where a message should begin")
            return None
        if not length.isdigit():
            raise ProtocolError(f"a message begins with {length[:20]!r} instead of its length")
        end = len(length) + 1 + int(length) + 1
        if len(self._waiting) < end:
            return None
        if self._waiting[end - 1 : end] != b",":
            raise ProtocolError("a message does not end with its comma")
        return end
