"""Phones in browsers: the handshake of SIP over WebSocket (RFC 7118)."""

import KSR

from naisen.edge.kemi.message import text

FRONT_SOCKET = "wss"


def answer_web_request() -> bool:
    """Answer the HTTP request in hand: only the front's WebSocket handshakes are taken (it ends TLS).

    False: drop it.
    """
    if text("$Rn") != FRONT_SOCKET:
        return False
    if text("$hdr(Upgrade)").lower() != "websocket":
        KSR.xhttp.xhttp_reply(426, "Upgrade Required", "", "")
        return True
    # Answers by itself, also where it refuses (no «sip» among the protocols, another version).
    KSR.websocket.handle_handshake()
    return True
