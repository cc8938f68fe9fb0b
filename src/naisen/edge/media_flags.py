"""What rtpengine is told of a call in which somebody comes in by TLS or WSS: RTP, SDES or DTLS for each side.

Phones on TLS are offered SRTP with keys in the SDP (SDES, RFC 4568), which nobody else can read there. Browsers
are offered what WebRTC wants (RFC 8827): DTLS-SRTP, ICE, RTCP on the same port. Everybody else gets plain RTP.
An answer is given in what was offered; rtpengine remembers that.
"""

COMMON = "replace-origin replace-session-connection via-branch=auto-next"
ANSWER = COMMON
_PLAIN = "transport-protocol=RTP/AVP ICE=remove rtcp-mux-demux DTLS=off"
# AES_CM_128_HMAC_SHA1_80, which every phone has (RFC 4568 6.2), comes first: some phones (baresip 1.0) answer with
# the number of the first suite whichever they take.
_NOT_FIRST = " ".join(
    f"SDES-no-{suite}"
    for suite in (
        "AEAD_AES_256_GCM",
        "AEAD_AES_128_GCM",
        *(f"AES_{bits}_CM_HMAC_SHA1_{tag}" for bits in (256, 192) for tag in (80, 32)),
    )
)
_OFFERS = {
    "tls": f"transport-protocol=RTP/SAVP ICE=remove rtcp-mux-demux DTLS=off {_NOT_FIRST}",
    "wss": "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force rtcp-mux-offer rtcp-mux-require SDES-off"
    " DTLS=passive generate-mid",
}
FRONTED = frozenset(_OFFERS)
"""The transports that the TLS front ends; media of the others is plain."""
FRONTED_DOMAINS = "fronted_domains"
"""Shared table: domains of which a phone has registered on one of these, up to two hours ago."""


def offer_flags(transport: str) -> str:
    """The flags of an offer to a phone on this transport ('udp', 'tcp', 'tls' or 'wss')."""
    return f"{COMMON} {_OFFERS.get(transport, _PLAIN)}"
