"""What we can do, as OPTIONS and refusals say it (RFC 3261 11.2). The same to everybody: it tells of no number."""

from naisen.edge.subscription import PACKAGES

ALLOWED = (
    "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, SUBSCRIBE, UPDATE, PRACK, INFO, REFER, NOTIFY, MESSAGE"
)
ALLOW_EVENTS = ", ".join(PACKAGES)
SUPPORTED = ("replaces",)

ANSWER_TO_OPTIONS = (
    f"Allow: {ALLOWED}",
    "Accept: application/sdp",
    "Accept-Encoding: identity",
    "Accept-Language: en",
    f"Supported: {', '.join(SUPPORTED)}",
    f"Allow-Events: {ALLOW_EVENTS}",
)
