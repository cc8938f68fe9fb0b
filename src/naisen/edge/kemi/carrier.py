"""What a carrier sees of a call of ours."""

import re

import KSR

from naisen.edge.kemi.media import Media
from naisen.edge.kemi.message import text
from naisen.edge.kemi.transport import transport_of

HIDDEN_VIA = "SIP/2.0/UDP naisen.invalid;branch=z9hG4bK-hidden"
_ANSWERED_FROM = re.compile(r";(?:rport|received)(?:=[^;,]*)?(?=[;,]|$)")


class Carrier(Media):
    """Hides our inside from a carrier."""

    def contact_for(self, number: str, transport: str) -> str:
        """What a carrier on this transport finds in Contact; requests within the dialog find the phone by the dialog."""
        return f"{number}@{self.own_address(transport)}"

    def hide_request(self, number: str) -> None:
        """`hide_inside` for the request in hand, whose way is set."""
        self.hide_inside(self.contact_for(number, transport_of(text("$du"))))

    def hide_inside(self, contact: str) -> None:
        """Leave nothing in the message that tells of a phone: its address, login or make."""
        self.hide_contact(contact)
        KSR.hdr.remove("User-Agent")
        KSR.hdr.remove("Server")
        if KSR.siputils.is_request() > 0:
            KSR.hdr.append("User-Agent: Naisen\r\n")
            KSR.textops.subst_hf("Via", f"/^.*$/{HIDDEN_VIA.replace('/', '@')}/".replace("@", "\\/"), "a")

    def hide_contact(self, contact: str) -> None:
        """Put an address of our own into Contact."""
        if KSR.hdr.is_present("Contact") > 0:
            KSR.hdr.remove("Contact")
            KSR.hdr.append(f"Contact: <sip:{contact}>\r\n")

    def restore_via(self) -> None:
        """In a carrier's answer: give the phone back the Via that it had sent (it was replaced on the way)."""
        sent = str(KSR.pv.get("$T_req($(hdr(Via)[*]))") or "")
        if not sent or HIDDEN_VIA not in str(KSR.pv.get("$(hdr(Via)[*])")):
            return
        first, comma, others = sent.partition(",")
        first = _ANSWERED_FROM.sub("", first)
        source = f";received={text('$T_req($si)')};rport={text('$T_req($sp)')}"
        KSR.hdr.remove("Via")
        KSR.hdr.append(f"Via: {first}{source}{comma}{others}\r\n")
