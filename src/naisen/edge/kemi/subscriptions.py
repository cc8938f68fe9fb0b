"""SUBSCRIBE and NOTIFY, as Kamailio has them."""

import KSR

from naisen.edge.kemi.bindings import LOCATION
from naisen.edge.kemi.endings import Endings
from naisen.edge.kemi.message import text
from naisen.edge.kemi.transport import inner, transport_of
from naisen.edge.notifier import ANSWERS
from naisen.edge.subscription import Subscription


class Subscriptions(Endings):
    """`subscribing.Subscriber` and `notifier.Shared`."""

    def __init__(self, addresses: dict[str, str], sockets: dict[str, str]) -> None:
        """`addresses`: host:port of ours by transport, `sockets`: where Kamailio listens for it."""
        super().__init__(addresses)
        self._sockets = sockets

    def from_tag(self) -> str:
        return text("$ft")

    def to_tag(self) -> str:
        return text("$tt")

    def own_uri(self) -> str:
        return text("$fu")

    def their_uri(self) -> str:
        return text("$tu")

    def cseq(self) -> int:
        return int(KSR.pv.get("$cs") or 0)

    def accept_subscription(self, subscription: Subscription, expires_s: int) -> None:
        contact = self.own_contact(subscription.local_user, self.source().uri)
        headers = f"Contact: <{contact}>\r\nExpires: {expires_s}\r\n"
        # The tag must be the one of the NOTIFYs: only this way of answering lets us choose it.
        self.command("tm.reply", 200, "OK", self.transaction(), subscription.local_tag, headers, "")

    def own_contact(self, user: str, address: str) -> str:
        return f"sip:{user}@{self.own_address(transport_of(address))}"

    def send_notify(self, contact: str, to: str, headers: str, body: str) -> bool:
        socket = self._sockets[transport_of(to)]
        return bool(KSR.tm.t_uac_send("NOTIFY", contact, inner(to), socket, headers, body) > 0)

    def note_notify_answer(self) -> None:
        """The reply in hand is a phone's answer to a NOTIFY."""
        code = int(KSR.pv.get("$rs"))
        if code >= 200:
            KSR.htable.sht_sets(ANSWERS, text("$ft"), str(code))

    def where_bound(self, login: str, domain: str) -> str:
        if KSR.registrar.reg_fetch_contacts(LOCATION, f"sip:{login}@{domain}", "bound") < 0:
            return ""
        received = text("$(ulc(bound=>received)[0])")
        KSR.registrar.reg_free_contacts("bound")
        return received
