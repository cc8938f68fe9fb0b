"""The message in hand: what it says, and how it is answered."""

import re
import time
from collections.abc import Sequence

import KSR

from naisen.edge.engine import Address, Uri

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def text(name: str) -> str:
    """A pseudo-variable as text without control characters, '' where the message has none."""
    value = KSR.pv.get(name)
    if type(value) is not str:
        return "" if value is None else str(value)
    return value if value.isprintable() else _CONTROL.sub("", value)


class Message:
    """Reads the message and answers it. Holds nothing: all state is the message's."""

    def method(self) -> str:
        return text("$rm")

    def source(self) -> Address:
        return Address(KSR.pv.get("$si"), int(KSR.pv.get("$sp")), self.source_transport())

    def source_host(self) -> str:
        return str(KSR.pv.get("$si"))

    def source_transport(self) -> str:
        """What the sender speaks: behind the front all is TCP, and the socket's name says what it was before."""
        transport = str(KSR.pv.get("$pr")).lower()
        return transport if transport == "udp" else text("$Rn") or transport

    def terminal(self) -> str:
        return text("$ua")[:255]

    def request_uri(self) -> str:
        return text("$ou")

    def to_uri(self) -> Uri:
        return Uri(text("$tU"), text("$td").lower())

    def from_uri(self) -> Uri:
        return Uri(text("$fU"), text("$fd").lower())

    def called_uri(self) -> Uri:
        return Uri(text("$rU"), text("$rd").lower())

    def call_id(self) -> str:
        return text("$ci")[:255]

    def header(self, name: str) -> str:
        return text(f"$hdr({name})")

    def content_type(self) -> str:
        return text("$cT")

    def contacts(self) -> str:
        return text("$(hdr(Contact)[*])")

    def wanted_expiry_s(self) -> int | None:
        value = KSR.pv.get("$expires(min)")
        return None if value is None else int(value)

    def patience_s(self) -> int | None:
        value = text("$hdr(Expires)")
        return int(value) if value.isdigit() and 0 < int(value) < 1 << 31 else None

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def is_us(self, host: str) -> bool:
        return self.is_own_uri(f"sip:{host}")

    def is_own_uri(self, uri: str) -> bool:
        """Whether the URI's address is one of ours."""
        return bool(KSR.is_myself(uri))

    def may_answer(self) -> bool:
        """Whether the message in hand is a request that takes answers."""
        return bool(KSR.siputils.is_request() > 0 and KSR.pv.get("$rm") != "ACK")

    def reply(self, code: int, words: str, headers: Sequence[str] = ()) -> None:
        for header in headers:
            KSR.hdr.append_to_reply(header + "\r\n")
        KSR.sl.send_reply(code, words)

    def be_silent(self) -> None:
        """Nothing to do: a request that nobody answers is dropped when the route ends."""

    def begin_transaction(self) -> None:
        KSR.tm.t_newtran()
