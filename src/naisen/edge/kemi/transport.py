"""What the phones at both ends speak, and what follows from it: media, Via and Record-Route."""

import re

import KSR

from naisen.edge.kemi.memory import Memory
from naisen.edge.kemi.message import text
from naisen.edge.media_flags import ANSWER, FRONTED, offer_flags
from naisen.edge.placing import Appearance
from naisen.edge.record_route import Passed, record_route

SECURED = "$avp(secured)"  # set on transactions in which somebody comes in by the front
INNER = {"tls": "tcp", "wss": "ws"}
_FRONTED = re.compile(r";transport=(tls|wss)$")
_FRONT = re.compile(r";front=(tls|wss)")
_TRANSPORT = re.compile(r";transport=([a-z]+)")


def inner(uri: str) -> str:
    """The address to send to for a phone's own: TLS ends at the front, behind it there is TCP.

    What the phone itself speaks goes along as a parameter of our own (`transport_of`).
    """
    found = _FRONTED.search(uri)
    return f"{uri[: found.start()]};transport={INNER[found[1]]};front={found[1]}" if found else uri


def transport_of(address: str) -> str:
    """What the phone at this address speaks: 'udp', 'tcp', 'tls' or 'wss'."""
    found = _FRONT.search(address) or _TRANSPORT.search(address)
    return found[1] if found else "udp"


class Transport(Memory):
    """Knows which of a call's parties come in by the front."""

    def __init__(self, addresses: dict[str, str]) -> None:
        """`addresses`: host:port of ours by transport ('udp', 'tcp', 'tls', 'wss')."""
        self._addresses = addresses
        self._restore_password = str(KSR.kx.get_def("RESTORE_PASSWORD"))

    def send_to(self, address: str) -> None:
        """Send the request to a phone's address, from the socket that the phone knows, so that Via names it."""
        KSR.setdsturi(inner(address))
        self.note_secured([address])
        if (transport := transport_of(address)) in INNER:
            KSR.corex.set_send_socket_name(transport)

    def note_secured(self, targets: list[str]) -> bool:
        """Whether the sender or one of these addresses comes in by the front.

        Remembered with the transaction, for its branches and its replies.
        """
        if self.source_transport() not in FRONTED and not any(transport_of(to) in FRONTED for to in targets):
            return False
        self.mark_secured()
        return True

    def mark_secured(self) -> None:
        """Have each branch offered what its phone speaks."""
        KSR.pv.sets(SECURED, "1")

    def branch_addresses(self) -> list[str]:
        """Where the branches go that have been made and not been sent yet."""
        more = range(int(KSR.pv.get("$branch(count)") or 0))
        return [text("$du"), *(text(f"$(branch(dst_uri)[{position}])") for position in more)]

    def secured_flags(self) -> str | None:
        """What rtpengine must be told of the SDP in hand; None where nobody comes in by the front."""
        if KSR.pv.get(SECURED) is None:
            return None
        return offer_flags(transport_of(text("$du"))) if KSR.siputils.is_request() > 0 else ANSWER

    def stay_in_path(self, appearance: Appearance) -> None:
        """Record-Route for the branch in hand, which names what each side speaks."""
        sides = (transport_of(text("$du")), self.source().transport)
        addresses = dict.fromkeys(self.own_address(transport) for transport in sides)
        replaced = [("vsf", text("$fu"), appearance.uri)]
        if appearance.is_outside:
            replaced.append(("vst", text("$tu"), appearance.to_uri))
        entry, number = KSR.pv.get("$dlg(h_entry)"), KSR.pv.get("$dlg(h_id)")
        dialog = None if entry is None or number is None else (int(entry), int(number))
        passed = Passed(text("$ft"), dialog, replaced)
        KSR.hdr.insert(record_route(list(addresses), passed, self._restore_password))

    def own_address(self, transport: str) -> str:
        """Where we are reached by this transport, as it stands in a SIP URI."""
        suffix = "" if transport == "udp" else f";transport={transport.replace('wss', 'ws')}"
        return self._addresses[transport] + suffix
