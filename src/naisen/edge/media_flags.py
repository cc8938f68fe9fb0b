"""What rtpengine is told of a call in which somebody comes in by TLS or WSS: RTP, SDES or DTLS for each side.

Phones on TLS are offered SRTP with keys in the SDP (SDES, RFC 4568), which nobody else can read there. Browsers
are offered what WebRTC wants (RFC 8827): DTLS-SRTP, ICE, RTCP on the same port. Everybody else gets plain RTP.
An answer is given in what was offered; rtpengine remembers that.
"""

COMMON = "replace-origin replace-session-connection via-branch=auto-next"
ANSWER = COMMON
_PLAIN = "transport-protocol=RTP/AVP ICE=remove rtcp-mux-demux DTLS=off"
_OFFERS = {
    "tls": "transport-protocol=RTP/SAVP ICE=remove rtcp-mux-demux DTLS=off",
    "wss": "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force rtcp-mux-offer rtcp-mux-require SDES-off"
    " DTLS=passive generate-mid",
}
FRONTED = frozenset(_OFFERS)
"""The transports that the TLS front ends; media of the others is plain."""


def offer_flags(transport: str) -> str:
    """The flags of an offer to a phone on this transport ('udp', 'tcp', 'tls' or 'wss')."""
    return f"{COMMON} {_OFFERS.get(transport, _PLAIN)}"
