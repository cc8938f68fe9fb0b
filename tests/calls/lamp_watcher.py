"""A phone's lamp: subscribes, answers NOTIFYs, and says what it shows."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Self

from tests.calls.sip_client import Message, Phone

DIALOG_INFO = "{urn:ietf:params:xml:ns:dialog-info}"


@dataclass
class Lamp:
    """One subscription of `phone`, to a number's calls or (`event` message-summary) to messages."""

    phone: Phone
    number: str
    event: str = "dialog"
    headers: dict[str, str] = field(default_factory=dict)
    answer: Message = field(init=False)
    notify: Message = field(init=False)
    seen: list[Message] = field(default_factory=list)

    def __enter__(self) -> Self:
        assert self.subscribe().status == 200
        self.next()
        return self

    def __exit__(self, *_: object) -> None:
        self.unsubscribe()

    def request(self, expires: int) -> Message:
        """A SUBSCRIBE without credentials."""
        uri = f"sip:{self.number}@{self.phone.domain}"
        own = {"Event": self.event, "Expires": str(expires)} | self.headers
        return self.phone.request("SUBSCRIBE", uri, headers=own)

    def subscribe(self, expires: int = 300) -> Message:
        """Subscribe; returns the last answer."""
        self.answer = self.phone.ask_with_credentials(self.request(expires))
        return self.answer

    def renew(self, expires: int = 300) -> Message:
        """SUBSCRIBE within the subscription."""
        found = re.search(r"<([^>]+)>", self.answer["Contact"])
        assert found, self.answer
        same = {name: self.answer[name] for name in ("From", "To", "Call-ID")}
        own = same | {"Event": self.event, "Expires": str(expires)} | self.headers
        return self.phone.ask_with_credentials(self.phone.request("SUBSCRIBE", found[1], headers=own))

    def unsubscribe(self) -> None:
        """Say that no more NOTIFYs are wanted."""
        if self.renew(0).status == 200:
            self.next()

    def next(self, timeout_s: float = 3.0) -> Message:
        """The next NOTIFY, which gets its 200."""
        self.notify = self.phone.expect(self._is_mine, timeout_s)
        self.reply(200)
        self.seen.append(self.notify)
        return self.notify

    def reply(self, code: int) -> None:
        """Answer the last NOTIFY."""
        kept = [(n, v) for n, v in self.notify.headers if n in ("Via", "From", "To", "Call-ID", "CSeq")]
        self.phone.send(Message(f"SIP/2.0 {code} OK", [*kept, ("Content-Length", "0")]))

    def _is_mine(self, message: Message) -> bool:
        return message.first.startswith("NOTIFY ") and message["Call-ID"] == self.answer["Call-ID"]

    @property
    def document(self) -> ET.Element:
        """The last NOTIFY's."""
        return ET.fromstring(self.notify.body.encode())

    @property
    def shows(self) -> list[tuple[str, str]]:
        """(direction, state) of every call in it; nothing: free."""
        return [
            (dialog.get("direction", ""), dialog.findtext(f"{DIALOG_INFO}state", ""))
            for dialog in self.document.iter(f"{DIALOG_INFO}dialog")
        ]

    @property
    def remote(self) -> tuple[str | None, str | None]:
        """Name and URI of whom the last one's call is with."""
        identity = self.document.find(f".//{DIALOG_INFO}remote/{DIALOG_INFO}identity")
        return (None, None) if identity is None else (identity.get("display"), identity.text)

    def next_shows(self, timeout_s: float = 3.0) -> list[tuple[str, str]]:
        """What the next NOTIFY says."""
        self.next(timeout_s)
        return self.shows
