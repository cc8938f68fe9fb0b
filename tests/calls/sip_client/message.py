"""SIP messages as text: just enough to read what the edge sends."""

import re
from dataclasses import dataclass, field


@dataclass
class Message:
    """A parsed message: `first` line, headers in order, body."""

    first: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @property
    def status(self) -> int:
        """The code of a response; 0 for a request."""
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method of a request, or that of a response's CSeq."""
        return self["CSeq"].split()[-1] if self.status else self.first.split(" ")[0]

    def __getitem__(self, name: str) -> str:
        """The first header of that name, '' without one."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of that name."""
        return [value for header, value in self.headers if header.lower() == name.lower()]

    def tag(self, name: str) -> str:
        """The tag of From or To."""
        found = re.search(r";tag=([^;>\s]+)", self[name])
        return found[1] if found else ""

    def __str__(self) -> str:
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


COMPACT = {"v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact", "l": "Content-Length"}


def parse(data: bytes) -> Message:
    """A datagram as a message. Raises ValueError for what is none."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    message = Message(first, body=body)
    for line in lines:
        name, _, value = line.partition(":")
        message.headers.append((COMPACT.get(name.strip(), name.strip()), value.strip()))
    return message
